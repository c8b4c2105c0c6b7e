using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Core;

namespace Gantry.Registry;

/// <summary>TLS for one registry: the host's authorities, those of its certs.d folder, and the client certificates there.</summary>
internal static class HostCertificates
{
    /// <exception cref="GantryException">InvalidArgument: a file in the folder is broken, or a key is missing.</exception>
    public static SslClientAuthenticationOptions Options(RegistryEndpoint endpoint, IReadOnlyList<string> directories)
    {
        var authorities = new X509Certificate2Collection();
        var tls = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Verify(endpoint, certificate, chain, errors, authorities),
        };
        if (endpoint.SkipVerification)
        {
#pragma warning disable CA5359 // What "insecure registry" means; the user named the host, or it is this machine.
            tls.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        foreach (var folder in directories.Select(directory => Path.Combine(directory, endpoint.Host)).Where(Directory.Exists))
        {
            Load(tls, folder, authorities);
        }

        return tls;
    }

    private static void Load(SslClientAuthenticationOptions tls, string folder, X509Certificate2Collection authorities)
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*.crt").Order(StringComparer.Ordinal))
            {
                authorities.ImportFromPemFile(path);
            }

            foreach (var path in Directory.EnumerateFiles(folder, "*.cert").Order(StringComparer.Ordinal))
            {
                var key = Path.ChangeExtension(path, ".key");
                tls.ClientCertificates ??= [];
                tls.ClientCertificates.Add(File.Exists(key)
                    ? X509Certificate2.CreateFromPemFile(path, key)
                    : throw GantryException.Invalid($"missing key {Path.GetFileName(key)} for client certificate {Path.GetFileName(path)}. CA certificates must use the extension .crt"));
            }
        }
        catch (CryptographicException e)
        {
            throw new GantryException(ErrorKind.InvalidArgument, $"could not read certificates in {folder}: {e.Message}", e);
        }
    }

    // Thrown, not returned: the handshake would fail without saying why.
    private static bool Verify(RegistryEndpoint endpoint, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (errors == SslPolicyErrors.None
            || (errors == SslPolicyErrors.RemoteCertificateChainErrors && authorities.Count > 0 && certificate is X509Certificate2 leaf && IsSignedBy(leaf, chain, authorities)))
        {
            return true;
        }

        throw new CertificateException("tls: failed to verify certificate: x509: " + (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"certificate is not valid for {endpoint.Address.Host}"
            : chain?.ChainStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)) is true
                ? "certificate has expired or is not yet valid" : "certificate signed by unknown authority"));
    }

    private static bool IsSignedBy(X509Certificate2 leaf, X509Chain? presented, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(leaf);
    }
}

/// <summary>The registry is not who it should be.</summary>
internal sealed class CertificateException(string message) : AuthenticationException(message);

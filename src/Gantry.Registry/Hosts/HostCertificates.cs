using System.Net.Security;
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
        var tls = new SslClientAuthenticationOptions();
        if (endpoint.SkipVerification)
        {
#pragma warning disable CA5359 // What "insecure registry" means; the user named the host, or it is this machine.
            tls.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        foreach (var folder in directories.Select(directory => Path.Combine(directory, endpoint.Host)).Where(Directory.Exists))
        {
            Load(tls, folder, endpoint.SkipVerification);
        }

        return tls;
    }

    private static void Load(SslClientAuthenticationOptions tls, string folder, bool skipVerification)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            foreach (var path in Directory.EnumerateFiles(folder, "*.crt").Order(StringComparer.Ordinal))
            {
                authorities.ImportFromPemFile(path);
            }

            if (authorities.Count > 0 && !skipVerification)
            {
                tls.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => errors == SslPolicyErrors.None
                    || (errors == SslPolicyErrors.RemoteCertificateChainErrors && certificate is X509Certificate2 leaf && IsSignedBy(leaf, chain, authorities));
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

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gantry.Daemon.Hosting;

/// <summary>The server's side of TLS, from the files that <see cref="TlsOptions"/> names.</summary>
internal static class ServerCertificates
{
    /// <summary>Where Docker's own tools keep <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>.</summary>
    private static string DefaultFolder => NotEmpty("DOCKER_CERT_PATH") ?? NotEmpty("DOCKER_CONFIG") ?? Path.Combine(NotEmpty("HOME") ?? "/root", ".docker");

    /// <exception cref="IOException">A file is missing or is not what it should be: <c>invalid TLS configuration: ...</c></exception>
    public static SslServerAuthenticationOptions Load(TlsOptions options)
    {
        var certificate = options.Certificate ?? Path.Combine(DefaultFolder, "cert.pem");
        var key = options.Key ?? Path.Combine(DefaultFolder, "key.pem");
        var chain = new X509Certificate2Collection();
        X509Certificate2 own;
        try
        {
            own = X509Certificate2.CreateFromPemFile(certificate, key);
            chain.ImportFromPemFile(certificate);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new IOException($"invalid TLS configuration: Could not load X509 key pair (cert: \"{certificate}\", key: \"{key}\"): {Reason(error)}", error);
        }

        var server = new SslServerAuthenticationOptions
        {
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            ServerCertificateContext = SslStreamCertificateContext.Create(own, chain, offline: true),
        };
        if (options.VerifiesClients)
        {
            server.ClientCertificateRequired = true;
            server.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            server.CertificateChainPolicy.CustomTrustStore.AddRange(Authorities(options.Authority ?? Path.Combine(DefaultFolder, "ca.pem")));
            server.RemoteCertificateValidationCallback = (_, client, _, problems) => client is not null && (problems & SslPolicyErrors.RemoteCertificateChainErrors) == 0;
        }

        return server;
    }

    private static X509Certificate2Collection Authorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new IOException($"invalid TLS configuration: could not read CA certificate \"{path}\": {Reason(error)}", error);
        }

        return authorities.Count > 0 ? authorities : throw new IOException($"invalid TLS configuration: failed to append certificates from PEM file: \"{path}\"");
    }

    private static string Reason(Exception error) => error switch
    {
        FileNotFoundException missing => $"open {missing.FileName}: no such file or directory",
        DirectoryNotFoundException => "no such file or directory",
        _ => error.Message,
    };

    private static string? NotEmpty(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}

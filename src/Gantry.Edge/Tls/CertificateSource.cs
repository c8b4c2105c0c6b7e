using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Core;
using Gantry.Edge.Config;

namespace Gantry.Edge.Tls;

/// <summary>A listener's current certificate; read again on reload, so a renewed file needs no restart.</summary>
internal sealed class CertificateSource(TlsConfig config, string dataDirectory, TimeProvider time)
{
    private volatile SslStreamCertificateContext? current;

    public SslStreamCertificateContext Current => current ?? throw new InvalidOperationException("the certificate is not loaded yet");

    /// <exception cref="GantryException">InvalidArgument: the files hold no usable certificate and key.</exception>
    public void Load() => Load(config);

    /// <summary>Loads what a newer configuration names.</summary>
    public void Load(TlsConfig next)
    {
        try
        {
            current = next.Certificate is { } certificate ? FromFiles(certificate, next.Key!) : FromAuthority(next.Hosts);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new GantryException(ErrorKind.InvalidArgument, $"certificate: {e.Message}", e);
        }
    }

    private static SslStreamCertificateContext FromFiles(string certificate, string key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificate);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certificate, key), [.. chain.Skip(1)], offline: true);
    }

    private SslStreamCertificateContext FromAuthority(List<string> hosts)
    {
        var (leaf, authority) = new LocalAuthority(Path.Combine(dataDirectory, "tls"), time).Issue(hosts);
        return SslStreamCertificateContext.Create(leaf, [authority], offline: true);
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gantry.Edge.Tls;

/// <summary>
/// A certificate authority of this machine's own, made at the first start and kept in the data directory, so that a browser
/// which was once told to trust <c>ca.pem</c> goes on trusting it.
/// </summary>
internal sealed class LocalAuthority(string directory, TimeProvider time)
{
    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan LeafLife = TimeSpan.FromDays(397);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private string AuthorityPath => Path.Combine(directory, "ca.pem");

    private string AuthorityKeyPath => Path.Combine(directory, "ca.key");

    private string LeafPath => Path.Combine(directory, "server.pem");

    private string LeafKeyPath => Path.Combine(directory, "server.key");

    /// <summary>The kept certificate if it is valid long enough and names these hosts, else a new one. localhost is always named.</summary>
    public (X509Certificate2 Leaf, X509Certificate2 Authority) Issue(IEnumerable<string> hosts)
    {
        Directory.CreateDirectory(directory);
        var authority = Load(AuthorityPath, AuthorityKeyPath) ?? CreateAuthority();
        string[] names = [.. hosts.Prepend("localhost").Distinct(StringComparer.OrdinalIgnoreCase)];
        var kept = Load(LeafPath, LeafKeyPath);
        if (kept is not null && kept.NotAfter.ToUniversalTime() - RenewBefore > time.GetUtcNow() && kept.Issuer == authority.Subject && names.All(name => Names(kept, name)))
        {
            return (kept, authority);
        }

        return (CreateLeaf(authority, names), authority);
    }

    private X509Certificate2 CreateAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Gantry local authority {RandomNumberGenerator.GetHexString(6, true)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var certificate = request.CreateSelfSigned(time.GetUtcNow().AddHours(-1), time.GetUtcNow() + AuthorityLife);
        Save(AuthorityPath, AuthorityKeyPath, certificate.ExportCertificatePem(), key);
        return Load(AuthorityPath, AuthorityKeyPath)!;
    }

    private X509Certificate2 CreateLeaf(X509Certificate2 authority, string[] hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hosts[0]}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = time.GetUtcNow();
        using var certificate = request.Create(authority, now.AddHours(-1), now + LeafLife, RandomNumberGenerator.GetBytes(16));
        Save(LeafPath, LeafKeyPath, certificate.ExportCertificatePem(), key);
        return Load(LeafPath, LeafKeyPath)!;
    }

    private static bool Names(X509Certificate2 certificate, string host) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Any(names => IPAddress.TryParse(host, out var address)
            ? names.EnumerateIPAddresses().Contains(address)
            : names.EnumerateDnsNames().Contains(host, StringComparer.OrdinalIgnoreCase));

    // What cannot be read is made anew; nothing else can be done about it at a start.
    private static X509Certificate2? Load(string certificate, string key)
    {
        try
        {
            return File.Exists(certificate) && File.Exists(key) ? X509Certificate2.CreateFromPemFile(certificate, key) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static void Save(string certificatePath, string keyPath, string certificate, ECDsa key)
    {
        Replace(keyPath, key.ExportPkcs8PrivateKeyPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Replace(certificatePath, certificate + "\n", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    private static void Replace(string path, string text, UnixFileMode mode)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}

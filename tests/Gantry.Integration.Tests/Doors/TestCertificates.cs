using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gantry.Integration.Tests.Doors;

/// <summary>An authority, a server's certificate for 127.0.0.1, a client's, and a client's of another authority: folders of PEM files.</summary>
internal static class TestCertificates
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    public static void Write(string folder)
    {
        using var authority = Authority("ours");
        using var other = Authority("theirs");
        Issue(folder, "server", authority, authority, ServerUse);
        Issue(folder, "client", authority, authority, ClientUse);
        Issue(folder, "stranger", other, authority, ClientUse);
    }

    private static X509Certificate2 Authority(string name)
    {
        var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    private static void Issue(string folder, string name, X509Certificate2 issuer, X509Certificate2 trusted, string use)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(issuer, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        var own = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        File.WriteAllText(Path.Combine(own, "ca.pem"), trusted.ExportCertificatePem());
        File.WriteAllText(Path.Combine(own, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(own, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}

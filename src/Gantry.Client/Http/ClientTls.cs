namespace Gantry.Client.Http;

/// <summary>The client's side of TLS: PEM files, each null where there is none.</summary>
/// <param name="Authority">The only authorities that are trusted; null trusts the system's.</param>
/// <param name="Verify">Whether the server's certificate must be signed by them and name the host.</param>
public sealed record ClientTls(string? Authority, string? Certificate, string? Key, bool Verify)
{
    /// <summary>The files that exist among a folder's <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>.</summary>
    public static ClientTls FromFolder(string folder, bool verify)
    {
        return new ClientTls(Existing("ca.pem"), Existing("cert.pem"), Existing("key.pem"), verify);

        string? Existing(string name) => Path.Combine(folder, name) is var path && File.Exists(path) ? path : null;
    }
}

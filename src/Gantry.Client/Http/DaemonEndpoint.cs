using Gantry.Core;

namespace Gantry.Client.Http;

/// <summary>Where the daemon listens: a Unix socket, or TCP with or without TLS.</summary>
public sealed record DaemonEndpoint
{
    public const string DefaultSocket = "/run/gantry/gantry.sock";
    public const string DockerSocket = "/var/run/docker.sock";

    private DaemonEndpoint(string address) => Address = address;

    /// <summary>As it was written: <c>unix:///run/gantry/gantry.sock</c>.</summary>
    public string Address { get; }

    /// <summary>Path of the socket; null for TCP.</summary>
    public string? SocketPath { get; private init; }

    public string Host { get; private init; } = "";

    public int Port { get; private init; }

    /// <summary>Folder with <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>; null speaks plain HTTP.</summary>
    public string? CertificateDirectory { get; init; }

    /// <summary>Whether the server's certificate must be signed by <c>ca.pem</c> and name the host.</summary>
    public bool VerifyServer { get; init; }

    /// <summary>
    /// <paramref name="address"/>, else <c>DOCKER_HOST</c>, else Gantry's socket when it exists, else Docker's; TLS by
    /// <c>DOCKER_TLS_VERIFY</c> and <c>DOCKER_CERT_PATH</c>.
    /// </summary>
    public static DaemonEndpoint FromEnvironment(string? address = null)
    {
        var host = address ?? Environment.GetEnvironmentVariable("DOCKER_HOST");
        if (string.IsNullOrEmpty(host))
        {
            host = "unix://" + (File.Exists(DefaultSocket) || !File.Exists(DockerSocket) ? DefaultSocket : DockerSocket);
        }

        var endpoint = Parse(host);
        var verify = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DOCKER_TLS_VERIFY"));
        var certificates = Environment.GetEnvironmentVariable("DOCKER_CERT_PATH");
        var tls = endpoint.SocketPath is null && (verify || !string.IsNullOrEmpty(certificates));
        return tls ? endpoint with { CertificateDirectory = string.IsNullOrEmpty(certificates) ? DefaultCertificates() : certificates, VerifyServer = verify } : endpoint;
    }

    /// <exception cref="GantryException">The address has another form.</exception>
    public static DaemonEndpoint Parse(string address)
    {
        var separator = address.IndexOf("://", StringComparison.Ordinal);
        if (separator < 0)
        {
            throw GantryException.Invalid($"unable to parse docker host `{address}`");
        }

        var rest = address[(separator + 3)..];
        switch (address[..separator])
        {
            case "unix":
                return new DaemonEndpoint(address) { SocketPath = rest.Length == 0 ? DockerSocket : rest };
            case "tcp" or "http":
                rest = rest.TrimEnd('/');
                var colon = rest.LastIndexOf(':');
                var hasPort = colon > rest.LastIndexOf(']') && int.TryParse(rest[(colon + 1)..], out _);
                var host = (hasPort ? rest[..colon] : rest).Trim('[', ']');
                return new DaemonEndpoint(address) { Host = host.Length == 0 ? "localhost" : host, Port = hasPort ? int.Parse(rest[(colon + 1)..]) : 2375 };
            default:
                throw GantryException.Invalid($"unable to parse docker host `{address}`: only unix:// and tcp:// are supported");
        }
    }

    private static string DefaultCertificates() =>
        Environment.GetEnvironmentVariable("DOCKER_CONFIG") ?? Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".docker");
}

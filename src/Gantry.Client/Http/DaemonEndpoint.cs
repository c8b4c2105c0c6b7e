using Gantry.Core;

namespace Gantry.Client.Http;

/// <summary>Where the daemon listens: a Unix socket, TCP with or without TLS, or beyond an ssh connection.</summary>
public sealed record DaemonEndpoint
{
    public const string DefaultSocket = "/run/gantry/gantry.sock";
    public const string DockerSocket = "/var/run/docker.sock";
    private const int PlainPort = 2375;
    private const int SshPort = 22;

    private DaemonEndpoint(string address) => Address = address;

    /// <summary>As it was written: <c>unix:///run/gantry/gantry.sock</c>.</summary>
    public string Address { get; }

    /// <summary>Path of the socket, here or, with <see cref="Ssh"/>, on the far side; null for TCP, or for what the far side takes by itself.</summary>
    public string? SocketPath { get; private init; }

    public string Host { get; private init; } = "";

    public int Port { get; private init; }

    /// <summary>Null speaks plain HTTP.</summary>
    public ClientTls? Tls { get; init; }

    /// <summary>Whether the connection goes through the system's <c>ssh</c>.</summary>
    public bool Ssh { get; private init; }

    /// <summary>Of ssh; empty leaves it to ssh.</summary>
    public string User { get; private init; } = "";

    /// <summary>Gantry's socket when it exists, else Docker's when that does.</summary>
    public static string DefaultAddress => "unix://" + (File.Exists(DefaultSocket) || !File.Exists(DockerSocket) ? DefaultSocket : DockerSocket);

    /// <summary>
    /// <paramref name="address"/>, else <c>DOCKER_HOST</c>, else <see cref="DefaultAddress"/>; TLS by
    /// <c>DOCKER_TLS_VERIFY</c> and <c>DOCKER_CERT_PATH</c>, as Docker's SDKs take them.
    /// </summary>
    public static DaemonEndpoint FromEnvironment(string? address = null)
    {
        var host = address ?? Environment.GetEnvironmentVariable("DOCKER_HOST");
        var endpoint = Parse(string.IsNullOrEmpty(host) ? DefaultAddress : host);
        var verify = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DOCKER_TLS_VERIFY"));
        var certificates = Environment.GetEnvironmentVariable("DOCKER_CERT_PATH");
        var tls = endpoint is { SocketPath: null, Ssh: false } && (verify || !string.IsNullOrEmpty(certificates));
        return tls ? endpoint with { Tls = ClientTls.FromFolder(string.IsNullOrEmpty(certificates) ? DefaultCertificates() : certificates, verify) } : endpoint;
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
        return address[..separator] switch
        {
            "unix" => new DaemonEndpoint(address) { SocketPath = rest.Length == 0 ? DockerSocket : rest },
            "tcp" or "http" or "https" => Tcp(address, rest.TrimEnd('/')),
            "ssh" => FarSide(address),
            _ => throw GantryException.Invalid($"unable to parse docker host `{address}`: only unix://, tcp:// and ssh:// are supported"),
        };
    }

    private static DaemonEndpoint Tcp(string address, string rest)
    {
        var colon = rest.LastIndexOf(':');
        var hasPort = colon > rest.LastIndexOf(']') && int.TryParse(rest[(colon + 1)..], out _);
        var host = (hasPort ? rest[..colon] : rest).Trim('[', ']');
        return new DaemonEndpoint(address) { Host = host.Length == 0 ? "localhost" : host, Port = hasPort ? int.Parse(rest[(colon + 1)..]) : PlainPort };
    }

    // ssh://[USER@]HOST[:PORT][/SOCKET]; a leading dash would be an option of ssh.
    private static DaemonEndpoint FarSide(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw GantryException.Invalid($"invalid ssh URL: {address}: no host specified");
        }

        if (uri.UserInfo.Contains(':') || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.StartsWith('-'))
        {
            throw GantryException.Invalid($"invalid ssh URL: {address}: write ssh://[USER@]HOST[:PORT]");
        }

        return new DaemonEndpoint(address)
        {
            Ssh = true,
            Host = uri.Host.Trim('[', ']'),
            Port = uri.Port > 0 ? uri.Port : SshPort,
            User = Uri.UnescapeDataString(uri.UserInfo),
            SocketPath = uri.AbsolutePath.Length > 1 ? uri.AbsolutePath : null,
        };
    }

    private static string DefaultCertificates() =>
        Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } configured ? configured : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".docker");
}

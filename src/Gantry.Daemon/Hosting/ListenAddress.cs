using System.Globalization;

namespace Gantry.Daemon.Hosting;

/// <summary>One <c>--host</c>: <c>unix://PATH</c>, <c>tcp://[HOST][:PORT]</c> or <c>fd://[NUMBER|NAME|*]</c>.</summary>
internal abstract record ListenAddress
{
    public const string DefaultSocket = "/run/gantry/gantry.sock";

    // Docker's ports, plain and with TLS.
    private const int PlainPort = 2375;
    private const int TlsPort = 2376;

    /// <param name="tls">Chooses the port of a TCP address that has none.</param>
    /// <exception cref="FormatException">The address has another form; dockerd's words.</exception>
    public static ListenAddress Parse(string text, bool tls)
    {
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        var (scheme, rest) = separator < 0 ? (text.StartsWith('/') ? "unix" : "tcp", text.Trim()) : (text[..separator], text[(separator + 3)..]);
        return scheme switch
        {
            "unix" => new UnixAddress(Path.GetFullPath(rest.Length == 0 ? DefaultSocket : rest)),
            "fd" => new InheritedAddress(rest),
            "tcp" => Tcp(text, rest, tls),
            _ => throw new FormatException($"invalid bind address ({text}): unsupported proto '{scheme}'"),
        };
    }

    private static TcpAddress Tcp(string text, string rest, bool tls)
    {
        if (!Uri.TryCreate("tcp://" + (rest.Length == 0 || rest[0] is ':' or '/' ? "localhost" + rest : rest), UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.AbsolutePath is not ("/" or "") || uri.Query.Length > 0)
        {
            throw new FormatException($"invalid bind address ({text}): should not contain a path element, and be of the form tcp://HOST:PORT");
        }

        return new TcpAddress(uri.Host.Trim('[', ']'), uri.Port >= 0 ? uri.Port : tls ? TlsPort : PlainPort);
    }
}

/// <summary>A socket in the file system.</summary>
internal sealed record UnixAddress(string Path) : ListenAddress
{
    public override string ToString() => Path;
}

/// <param name="Host">A name or an address.</param>
/// <param name="Port">0 takes a free one.</param>
internal sealed record TcpAddress(string Host, int Port) : ListenAddress
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");
}

/// <summary>Sockets that the parent process passes (systemd socket activation).</summary>
/// <param name="Selector">A descriptor's number, a name of <c>LISTEN_FDNAMES</c>, or empty or <c>*</c> for all.</param>
internal sealed record InheritedAddress(string Selector) : ListenAddress
{
    public override string ToString() => "fd://" + Selector;
}

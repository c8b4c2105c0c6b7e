using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gantry.Core;
using Gantry.Runtime;

namespace Gantry.Engine.Containers.Logs;

/// <summary>Sends lines to a syslog server: datagrams over udp and unixgram, a stream over tcp, tcp+tls and unix.</summary>
internal sealed class SyslogSink : ILogSink
{
    private readonly SyslogAddress address;
    private readonly SyslogFormat format;
    private readonly SslClientAuthenticationOptions? encryption;
    private Socket? socket;
    private Stream? stream;

    /// <exception cref="GantryException">InvalidArgument: an option, or a certificate that cannot be read.</exception>
    public SyslogSink(Container container)
    {
        var options = container.Settings.Host.LogOptions;
        address = SyslogAddress.Parse(options.GetValueOrDefault("syslog-address", ""));
        var secure = address.Protocol == "tcp+tls";
        var name = options.GetValueOrDefault("syslog-format", "");
        SyslogFormat.CheckName(name);
        format = new SyslogFormat(
            name,
            SyslogFormat.FacilityOf(options.GetValueOrDefault("syslog-facility", "")),
            LogTag.Expand(container, "{{.ID}}"),
            Environment.MachineName,
            Environment.ProcessId,
            CountsBytes: secure && name.StartsWith("rfc5424", StringComparison.Ordinal));
        encryption = secure ? Encryption(options, address.Host) : null;
    }

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        Dispose();
        if (address.Protocol.Length == 0 || address.Protocol.StartsWith("unix", StringComparison.Ordinal))
        {
            await OpenUnixAsync(address.Protocol.Length == 0 ? address.FindOwnSocket() : address.Path, cancellationToken);
            return;
        }

        var datagrams = address.Protocol == "udp";
        socket = new Socket(datagrams ? SocketType.Dgram : SocketType.Stream, datagrams ? ProtocolType.Udp : ProtocolType.Tcp);
        var what = $"dial {(datagrams ? "udp" : "tcp")} {address.Host}:{address.Port}";
        await Connecting.GuardAsync(() => socket.ConnectAsync(address.Host, address.Port, cancellationToken).AsTask(), what);
        if (!datagrams)
        {
            stream = new NetworkStream(socket, ownsSocket: false);
        }

        if (encryption is not null)
        {
            var secured = new SslStream(stream!);
            stream = secured;
            await Connecting.GuardAsync(() => secured.AuthenticateAsClientAsync(encryption, cancellationToken), what);
        }
    }

    public async Task SendAsync(LogEntry entry, CancellationToken cancellationToken)
    {
        var message = format.Render(entry);
        if (stream is not null)
        {
            await Connecting.GuardAsync(() => stream.WriteAsync(message, cancellationToken).AsTask(), "write syslog");
            return;
        }

        try
        {
            await socket!.SendAsync(message, cancellationToken);
        }
        catch (SocketException error) when (address.Protocol == "udp")
        {
            // Nobody listens, or it is too long for a datagram: UDP promises nothing, and waiting would hold up what comes after.
            _ = error;
        }
        catch (SocketException error)
        {
            throw new IOException("Unix syslog delivery error", error);
        }
    }

    public void Dispose()
    {
        stream?.Dispose();
        socket?.Dispose();
        (stream, socket) = (null, null);
    }

    // Which of the two a socket speaks is not to be seen: datagrams first, as syslog daemons do.
    private async Task OpenUnixAsync(string? path, CancellationToken cancellationToken)
    {
        foreach (var type in address.Protocol == "unixgram" ? new[] { SocketType.Dgram } : [SocketType.Dgram, SocketType.Stream])
        {
            if (path is null)
            {
                break;
            }

            socket = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                stream = type == SocketType.Stream ? new NetworkStream(socket, ownsSocket: false) : null;
                return;
            }
            catch (SocketException)
            {
                Dispose();
            }
        }

        throw new IOException("Unix syslog delivery error");
    }

    private static SslClientAuthenticationOptions Encryption(IReadOnlyDictionary<string, string> options, string host)
    {
        var encryption = new SslClientAuthenticationOptions { TargetHost = host };
        try
        {
            if (options.ContainsKey("syslog-tls-skip-verify"))
            {
                encryption.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
            }
            else if (options.TryGetValue("syslog-tls-ca-cert", out var authority))
            {
                var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                policy.CustomTrustStore.ImportFromPemFile(authority);
                encryption.CertificateChainPolicy = policy;
            }

            if (options.TryGetValue("syslog-tls-cert", out var certificate) && options.TryGetValue("syslog-tls-key", out var key))
            {
                encryption.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, key)];
            }

            return encryption;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw GantryException.Invalid(error.Message);
        }
    }
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Gantry.Daemon.Hosting;

/// <summary>One socket that the server listens on.</summary>
/// <param name="Name">As the log shows it.</param>
/// <param name="SocketFile">Path of the socket's file where the daemon makes it.</param>
/// <param name="Tls">Null speaks plain HTTP.</param>
internal sealed record Listener(EndPoint EndPoint, string Name, string? SocketFile = null, SslServerAuthenticationOptions? Tls = null)
{
    /// <summary>Kept from the collector: disposing a listening socket shuts it down, whoever owns its descriptor.</summary>
    public Socket? Passed { get; init; }

    public bool IsUnix => EndPoint is UnixDomainSocketEndPoint || Passed?.AddressFamily == AddressFamily.Unix;

    public static Listener Unix(string path) => new(new UnixDomainSocketEndPoint(path), path, path);
}

/// <summary>Turns addresses into sockets to listen on.</summary>
internal static class Listeners
{
    /// <summary>Checks every address before anything of the host is touched.</summary>
    /// <exception cref="IOException">A certificate is missing, a name does not resolve, plain TCP was not asked for explicitly, nothing was passed.</exception>
    public static async Task<IReadOnlyList<Listener>> OpenAsync(IReadOnlyList<ListenAddress> addresses, TlsOptions options)
    {
        var tls = options.Enabled ? ServerCertificates.Load(options) : null;
        var passed = InheritedSockets.Take();
        var listeners = new List<Listener>();
        foreach (var address in addresses.Count > 0 ? addresses : [new UnixAddress(ListenAddress.DefaultSocket)])
        {
            switch (address)
            {
                case UnixAddress unix:
                    SocketFile.Prepare(unix.Path);
                    listeners.Add(Listener.Unix(unix.Path));
                    break;
                case TcpAddress tcp:
                    if (tls is null && !options.PlainWanted)
                    {
                        throw new IOException($"refusing to listen on tcp://{tcp} without TLS: whoever reaches it is root on this machine; give --tlsverify with certificates, or --tls=false to serve plain TCP all the same");
                    }

                    listeners.Add(new Listener(new IPEndPoint(await ResolveAsync(tcp.Host), tcp.Port), tcp.ToString(), Tls: tls));
                    break;
                case InheritedAddress inherited:
                    listeners.AddRange(passed.Select(inherited).Select(socket => Inherited(socket, options, tls)));
                    break;
            }
        }

        return listeners.DistinctBy(listener => listener.Name).ToArray();
    }

    // Over a passed TCP socket the same rule holds as over one's own; a Unix socket needs no TLS.
    private static Listener Inherited(InheritedSocket socket, TlsOptions options, SslServerAuthenticationOptions? tls)
    {
        var looked = new Socket(new SafeSocketHandle(socket.Descriptor, ownsHandle: false));
        var unix = looked.AddressFamily == AddressFamily.Unix;
        var name = $"fd://{socket.Number} ({looked.LocalEndPoint})";
        if (!unix && tls is null && !options.PlainWanted)
        {
            throw new IOException($"refusing to listen on {name} without TLS: whoever reaches it is root on this machine; give --tlsverify with certificates, or --tls=false to serve plain TCP all the same");
        }

        return new Listener(new FileHandleEndPoint((ulong)socket.Descriptor, unix ? FileHandleType.Pipe : FileHandleType.Tcp), name, Tls: unix ? null : tls) { Passed = looked };
    }

    private static async Task<IPAddress> ResolveAsync(string host)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return literal;
        }

        try
        {
            // net.Listen of dockerd takes an IPv4 address where the name has one.
            return (await Dns.GetHostAddressesAsync(host)).OrderBy(address => address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First();
        }
        catch (SocketException error)
        {
            throw new IOException($"failed to load listeners: listen tcp: lookup {host}: no such host", error);
        }
    }
}

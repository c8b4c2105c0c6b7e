using System.Net;
using System.Net.Sockets;
using Gantry.Linux.Namespaces;
using Gantry.Linux.Nftables;

namespace Gantry.Networking.Names;

/// <summary>
/// The resolver that a container finds on 127.0.0.11. Its sockets are made inside the container's namespace, on ports of their
/// own so that the container may serve port 53 itself, with a rule there that leads port 53 of this one address to them; they
/// are then served from here like any other.
/// </summary>
internal sealed partial class NameServer : IAsyncDisposable
{
    private const string Address = "127.0.0.11";
    private const string RemoveRedirection = "add table ip gantry-names\ndelete table ip gantry-names\n";

    private readonly CancellationTokenSource stopping = new();
    private readonly PendingTasks pending = new();
    private readonly Socket udp;
    private readonly Socket tcp;
    private readonly NameResolver resolver;
    private readonly UpstreamResolver upstream;
    private readonly IReadOnlyList<IPAddress> preferred;
    private readonly Task[] loops;

    private NameServer(Socket udp, Socket tcp, NameResolver resolver, UpstreamResolver upstream, IReadOnlyList<IPAddress> preferred)
    {
        (this.udp, this.tcp, this.resolver, this.upstream, this.preferred) = (udp, tcp, resolver, upstream, preferred);
        loops = [ServeUdpAsync(), AcceptTcpAsync()];
    }

    /// <summary>Sockets and rule in the namespace, then the serving loops out here.</summary>
    /// <param name="renew">There may be the rule of a former daemon (removing what is not there costs a new container time).</param>
    /// <param name="preferred">Upstream servers of this container; empty means the daemon's.</param>
    internal static NameServer Start(
        NetworkNamespace networkNamespace, NameResolver resolver, UpstreamResolver upstream, IReadOnlyList<IPAddress> preferred, bool renew)
    {
        var (udp, tcp) = networkNamespace.Run(() =>
        {
            var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                var any = new IPEndPoint(IPAddress.Parse(Address), 0);
                udp.Bind(any);
                tcp.Bind(any);
                tcp.Listen(64);
                using var nftables = NftablesContext.Open();
                var redirection = Redirection(((IPEndPoint)udp.LocalEndPoint!).Port, ((IPEndPoint)tcp.LocalEndPoint!).Port);
                nftables.Run(renew ? RemoveRedirection + redirection : redirection);
                return (udp, tcp);
            }
            catch
            {
                udp.Dispose();
                tcp.Dispose();
                throw;
            }
        });
        return new NameServer(udp, tcp, resolver, upstream, preferred);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        udp.Dispose();
        tcp.Dispose();
        await Task.WhenAll(loops).ConfigureAwait(false);
        await pending.WhenAllAsync().ConfigureAwait(false);
        stopping.Dispose();
    }

    private static string Redirection(int udpPort, int tcpPort) =>
        $$"""
        table ip gantry-names {
            chain output {
                type nat hook output priority -100; policy accept;
                ip daddr {{Address}} udp dport 53 dnat to {{Address}}:{{udpPort}}
                ip daddr {{Address}} tcp dport 53 dnat to {{Address}}:{{tcpPort}}
            }
        }

        """;

    private async Task<byte[]> AnswerAsync(DnsQuery query, bool byTcp) =>
        (resolver.MayAskUpstream ? await upstream.AskAsync(query, preferred, byTcp, stopping.Token).ConfigureAwait(false) : null)
        ?? DnsResponse.Error(query, DnsCode.ServerFailure);
}

namespace Gantry.Linux.Netlink;

/// <summary>
/// rtnetlink(7) in the network namespace where it was opened: links, addresses, routes, neighbours. Usable from any thread.
/// Failures are <see cref="LinuxException"/>s with the kernel's errno.
/// </summary>
public sealed partial class RouteSocket : IDisposable
{
    private readonly NetlinkSocket socket = new(NetlinkConstants.NETLINK_ROUTE);

    private RouteSocket()
    {
    }

    /// <summary>Opens it in the calling thread's namespace.</summary>
    public static RouteSocket Open() => new();

    public void Dispose() => socket.Dispose();
}

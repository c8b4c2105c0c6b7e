using Gantry.Linux.Namespaces;
using Gantry.Linux.Netlink;

namespace Gantry.Linux.Tests.Namespaces;

[Trait("Ring", "integration")]
public sealed class NetworkNamespaceTests
{
    [Fact]
    public void Code_runs_inside_and_the_caller_stays_outside()
    {
        var before = new FileInfo("/proc/thread-self/ns/net").LinkTarget;
        using var place = NetworkNamespace.Create();
        var inside = place.Run(() => new FileInfo("/proc/thread-self/ns/net").LinkTarget);
        Assert.NotEqual(before, inside);
        Assert.Equal(before, new FileInfo("/proc/thread-self/ns/net").LinkTarget);
        Assert.Equal(inside, new FileInfo(place.Path).LinkTarget);
        using var socket = place.Run(RouteSocket.Open);
        Assert.Equal(["lo"], socket.GetLinks().Select(link => link.Name));
    }

    [Fact]
    public void Failures_inside_come_out() =>
        Assert.Throws<FormatException>(() => NetworkNamespace.Create(() => int.Parse("x", null)));

    [Fact]
    public void A_process_that_is_gone_has_none() =>
        Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => NetworkNamespace.OfProcess(int.MaxValue)).Errno);
}

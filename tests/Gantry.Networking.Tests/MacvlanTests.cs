using Gantry.Linux.Netlink;
using Gantry.Networking.Tests.Support;

namespace Gantry.Networking.Tests;

[Trait("Ring", "integration")]
public sealed class MacvlanTests
{
    [Fact]
    public async Task Containers_share_the_parents_wire_and_publish_nothing()
    {
        await using var lab = Laboratory.Open();
        using var routes = RouteSocket.Open();
        var parent = routes.GetLinks().Single(link => link.Name.StartsWith("wire", StringComparison.Ordinal)).Name;
        Assert.True(lab.Stack.HasLink(parent));
        var network = lab.Network("shared", network => network with
        {
            BridgeName = "",
            Parent = new ParentLink(parent, "macvlan", "bridge"),
            Subnet = System.Net.IPNetwork.Parse("10.99.0.0/24"),
            Gateway = System.Net.IPAddress.Parse(Laboratory.OutsideAddress),
            Reserved = [System.Net.IPAddress.Parse(Laboratory.HostAddress)],
        });
        var (web, client) = (await lab.Named(network, "web"), await lab.Container(network));
        using var server = Wires.ServeTcp(web.Namespace, 80, "web");
        Assert.Equal("10.99.0.3", web.Endpoints[0].Address!.ToString());
        Assert.StartsWith("web", await Wires.AskTcp(client.Namespace, "10.99.0.3", 80));
        Assert.Equal($"web {Laboratory.OutsideAddress}", await Wires.AskTcp(lab.Outside, "10.99.0.3", 80));
        Assert.Equal([web.Endpoints[0].Address!], await Questions.Addresses(client.Namespace, "web"));
        Assert.Empty(await web.PublishAsync([PublishTests.Tcp(8090, 80)], "web", TestContext.Current.CancellationToken));

        await web.DisconnectAsync(network.Id, TestContext.Current.CancellationToken);
        using var inside = web.Namespace.Run(RouteSocket.Open);
        Assert.Null(inside.FindLink("eth0"));
    }
}

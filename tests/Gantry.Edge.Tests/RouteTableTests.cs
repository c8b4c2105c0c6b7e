using Gantry.Edge.Model;

namespace Gantry.Edge.Tests;

public sealed class RouteTableTests
{
    private static readonly RouteTable Table = new([Route(null, "/"), Route(null, "/api"), Route(null, "/api/admin"), Route("shop.test", "/"), Route("*.shop.test", "/"), Route("*.shop.test", "/api")]);

    [Theory]
    [InlineData("any.test", "/", null, "/")]
    [InlineData("any.test", "/api", null, "/api")]
    [InlineData("any.test", "/api/x", null, "/api")]
    [InlineData("any.test", "/apis", null, "/")]
    [InlineData("any.test", "/api/admin/x", null, "/api/admin")]
    [InlineData("SHOP.test", "/api", "shop.test", "/")]
    [InlineData("eu.shop.test", "/api/x", "*.shop.test", "/api")]
    [InlineData("a.eu.shop.test", "/x", null, "/")]
    public void The_closest_host_and_then_the_longest_path_wins(string host, string path, string? routeHost, string routePath)
    {
        var route = Table.Find(host, path);
        Assert.Equal((routeHost, routePath), (route?.Host, route?.Path));
    }

    private static Route Route(string? host, string path) => new(host, path) { Timeout = TimeSpan.FromSeconds(1), IdleTimeout = TimeSpan.FromSeconds(1), BodyLimit = 1 };
}

using Gantry.Edge.Model;
using Gantry.Edge.State;

namespace Gantry.Edge.Tests;

public sealed class ClusterStateTests
{
    private readonly ClusterState cluster = new("app", TimeProvider.System);

    public ClusterStateTests() => cluster.Apply(new ClusterModel("app")
    {
        Balance = "round-robin",
        Dns = new DnsSource("api", 8080, TimeSpan.FromSeconds(1)),
        Passive = new PassiveCheck(1, TimeSpan.FromMinutes(1)),
        Retry = new RetryPolicy(3, TimeSpan.Zero, true, 0),
        Transport = new TransportOptions(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)),
    });

    [Fact]
    public void A_server_that_stays_in_the_name_keeps_what_is_known_of_it_and_one_that_leaves_gets_nothing_more()
    {
        cluster.SetDestinations(["http://a", "http://b"]);
        var (a, b) = (cluster.Destinations[0], cluster.Destinations[1]);
        a.Begin();
        cluster.SetDestinations(["http://a", "http://c"]);
        Assert.Same(a, cluster.Find("http://a"));
        Assert.Null(cluster.Find("http://b"));
        Assert.DoesNotContain(b, Enumerable.Range(0, 10).Select(_ => cluster.Pick(null)));
    }

    [Fact]
    public void An_ejected_server_is_better_than_none()
    {
        cluster.SetDestinations(["http://a", "http://b"]);
        var (a, b) = (cluster.Destinations[0], cluster.Destinations[1]);
        Assert.True(a.Failed("reset", cluster.Model.Passive));
        cluster.Refresh();
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Same(b, cluster.Pick(null)));
        b.Failed("reset", cluster.Model.Passive);
        cluster.Refresh();
        Assert.NotNull(cluster.Pick(null));
        Assert.Null(cluster.Pick([a, b]));
    }

    [Fact]
    public async Task Who_waits_is_woken_by_a_change()
    {
        var waiting = cluster.WaitForChangeAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        cluster.SetDestinations(["http://a"]);
        await waiting.WaitAsync(TimeSpan.FromSeconds(5));
    }
}

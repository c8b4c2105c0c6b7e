using Gantry.Core;
using Gantry.Edge.Config;

namespace Gantry.Edge.Tests;

public sealed class ConfigTests
{
    [Theory]
    [InlineData("{ \"listeners\": [{ \"address\": \"nowhere\" }] }", "listeners[0].address: \"nowhere\"")]
    [InlineData("{ \"listeners\": [{ \"address\": \"0.0.0.0:80\" }, { \"address\": \"0.0.0.0:80\" }] }", "taken by another listener")]
    [InlineData("{ \"listeners\": [{ \"address\": \"*:80\" }], \"routes\": [{ \"cluster\": \"apii\" }], \"clusters\": { \"api\": { \"dns\": \"api:1\" } } }", "no cluster is named \"apii\" (there are: api)")]
    [InlineData("{ \"listeners\": [{ \"address\": \"*:80\" }], \"routes\": [{ \"path\": \"/x\" }] }", "routes[0]: needs either a cluster or files")]
    [InlineData("{ \"listeners\": [{ \"address\": \"*:80\" }], \"clusters\": { \"a\": { \"destinations\": [\"api:80\"] } } }", "clusters.a.destinations[0]: \"api:80\" is not like http://host:port")]
    [InlineData("{ \"listeners\": [{ \"address\": \"*:80\" }], \"clusters\": { \"a\": { \"dns\": \"api:80\", \"balance\": \"fair\" } } }", "clusters.a.balance: \"fair\" is not one of round-robin")]
    [InlineData("{ \"listeners\": [{ \"address\": \"*:80\" }], \"limits\": { \"body\": \"lots\" } }", "limits.body: \"lots\" is no size")]
    public void A_complaint_names_the_place(string json, string complaint)
    {
        var complaints = ConfigValidator.Validate(ConfigFile.Parse(System.Text.Encoding.UTF8.GetBytes(json), "edge.json"));
        Assert.Contains(complaints, each => each.Contains(complaint, StringComparison.Ordinal));
    }

    [Fact]
    public void All_complaints_come_at_once()
    {
        var config = ConfigFile.Parse("""{ "listeners": [], "limits": { "body": "x" }, "shutdown": { "grace": "0s" } }"""u8, "edge.json");
        Assert.Equal(3, ConfigValidator.Validate(config).Count);
    }

    [Theory]
    [InlineData("{\n  \"listners\": []\n}", "edge.json:2: $.listners")]
    [InlineData("{\n\n  \"shutdown\": { \"grace\": \"soon\" } }", "edge.json:3: $.shutdown.grace: is not a duration")]
    [InlineData("{ \"listeners\": [ }", "edge.json:1:")]
    public void What_is_no_configuration_is_refused_with_its_line(string json, string message)
    {
        var error = Assert.Throws<GantryException>(() => ConfigFile.Parse(System.Text.Encoding.UTF8.GetBytes(json), "edge.json"));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_left_out_keeps_its_default()
    {
        var config = ConfigFile.Parse("""{ /* nothing */ "clusters": { "a": { "health": { "path": "/up" } } }, }"""u8, "edge.json");
        Assert.Equal(TimeSpan.FromSeconds(20), config.Shutdown.Grace);
        Assert.Equal(("round-robin", 2), (config.Clusters["a"].Balance, config.Clusters["a"].Health!.UnhealthyAfter));
    }

    [Theory]
    [InlineData("proxy")]
    [InlineData("balancer")]
    [InlineData("web")]
    public void The_stack_s_own_configurations_are_good(string server)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Gantry.slnx")))
        {
            root = Path.GetDirectoryName(root.TrimEnd('/'))!;
        }

        var complaints = ConfigValidator.Validate(ConfigFile.Parse(File.ReadAllBytes(Path.Combine(root, "stack", server, "edge.json")), server));
        Assert.DoesNotContain(complaints, complaint => !complaint.Contains("/srv/www", StringComparison.Ordinal));
    }
}

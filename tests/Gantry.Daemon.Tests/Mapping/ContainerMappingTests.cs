using System.Text.Json;
using Gantry.Api;
using Gantry.Core;
using Gantry.Daemon.Http;
using Gantry.Daemon.Mapping;
using Gantry.Engine.Containers;

namespace Gantry.Daemon.Tests.Mapping;

/// <summary>Create body to settings to inspect, pinned by golden files: a lost or renamed member shows as a difference.</summary>
public sealed class ContainerMappingTests
{
    private static readonly DockerJson Indented = new(new JsonSerializerOptions { WriteIndented = true, Encoder = DockerJson.Wire.Options.Encoder });

    [Theory]
    [InlineData("full")]
    [InlineData("minimal")]
    public void What_was_asked_for_is_what_inspect_shows(string name)
    {
        var settings = Settings(File.ReadAllText(Golden(name + ".create.json")));
        var inspect = Container(settings).ToInspect(ApiVersion.Current);
        var config = JsonSerializer.Serialize(inspect.Config, Indented.ContainerConfig);
        var host = JsonSerializer.Serialize(inspect.HostConfig, Indented.HostConfig);
        AssertGolden(name + ".inspect.json", $"{{\n\"Config\": {config},\n\"HostConfig\": {host}\n}}\n");
    }

    [Theory]
    [InlineData("""{"Image":"x","HostConfig":{"RestartPolicy":{"Name":"sometimes"}}}""", "invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'")]
    [InlineData("""{"Image":"x","Healthcheck":{"Interval":1000}}""", "Interval in Healthcheck cannot be less than 1ms")]
    [InlineData("""{"Image":"x","HostConfig":{"ShmSize":-1}}""", "SHM size can not be less than 0")]
    public void What_cannot_be_is_refused_at_the_edge(string body, string message) =>
        Assert.Equal(message, Assert.Throws<GantryException>(() => Settings(body)).Message);

    [Fact]
    public void Devices_that_a_driver_is_to_choose_are_kept_and_refused_at_the_start()
    {
        var settings = Settings("""{"Image":"x","HostConfig":{"DeviceRequests":[{"Driver":"nvidia","Count":-1,"Capabilities":[["gpu","compute"],["x"]]}]}}""");
        Assert.Equal("could not select device driver \"nvidia\" with capabilities: [[gpu compute] [x]]", settings.Host.DeviceRequests.Single().Refusal);
        var shown = Container(settings).ToInspect(ApiVersion.Current).HostConfig!.DeviceRequests!.Single();
        Assert.Equal(("nvidia", -1, "compute"), (shown.Driver, shown.Count, shown.Capabilities![0][1]));
    }

    [Fact]
    public void A_word_instead_of_a_list_is_a_list_of_one() =>
        Assert.Equal(["/bin/run"], Settings("""{"Image":"x","Entrypoint":"/bin/run"}""").Entrypoint);

    [Fact]
    public void Null_numbers_and_booleans_are_not_given_ones()
    {
        var settings = Settings("""{"Image":"x","Tty":null,"Healthcheck":{"Test":["CMD","true"],"Timeout":null,"Retries":"3"},"HostConfig":{"Memory":null,"AutoRemove":null,"PidsLimit":null,"ConsoleSize":null}}""");
        Assert.False(settings.Tty);
        Assert.Equal(TimeSpan.Zero, settings.Healthcheck!.Timeout);
        Assert.Equal(3, settings.Healthcheck.Retries);
        Assert.Null(settings.Host.Resources.Memory);
        Assert.Null(settings.Host.Resources.PidsLimit);
    }

    [Fact]
    public void No_command_differs_from_an_empty_one()
    {
        Assert.Null(Settings("""{"Image":"x"}""").Cmd);
        Assert.Empty(Settings("""{"Image":"x","Cmd":[]}""").Cmd!);
    }

    [Theory]
    [InlineData("default", "bridge")]
    [InlineData("web", "web")]
    public void A_containers_own_MAC_address_belongs_to_its_main_network(string mode, string network)
    {
        var settings = Settings($$$"""{"Image":"x","MacAddress":"02:42:ac:11:00:02","HostConfig":{"NetworkMode":"{{{mode}}}"}}""");
        Assert.Equal("02:42:ac:11:00:02", settings.Networks[network].MacAddress);
    }

    [Theory]
    [InlineData("default", new[] { "bridge" })]
    [InlineData("host", new string[0])]
    [InlineData("none", new string[0])]
    [InlineData("container:abc", new string[0])]
    [InlineData("web", new[] { "web" })]
    public void The_network_mode_among_the_endpoints_is_a_network_only_where_there_is_one(string mode, string[] networks) =>
        Assert.Equal(networks, Settings("""{"Image":"x","HostConfig":{"NetworkMode":"MODE"},"NetworkingConfig":{"EndpointsConfig":{"MODE":null}}}""".Replace("MODE", mode, StringComparison.Ordinal)).Networks.Keys);

    [Theory]
    [InlineData(24)]
    [InlineData(43)]
    [InlineData(44)]
    [InlineData(51)]
    public void A_MAC_address_that_was_asked_for_stands_in_the_Config_too(int minor)
    {
        var endpoint = new EndpointSettings { MacAddress = "02:42:ac:11:00:02" };
        var container = Container(new ContainerSettings { Image = "x" }) with
        {
            Networks = new Dictionary<string, NetworkAttachment> { ["bridge"] = new() { NetworkId = "n", Settings = endpoint } },
        };
        Assert.Equal("02:42:ac:11:00:02", container.ToInspect(new ApiVersion(1, minor)).Config.MacAddress);
    }

    [Theory]
    [InlineData(44, new[] { "db", "0123456789ab", "host" })]
    [InlineData(45, new[] { "db" })]
    public void Before_1_45_generated_names_stood_among_the_aliases(int minor, string[] aliases)
    {
        var container = Container(new ContainerSettings { Image = "x", Hostname = "host" }) with { Id = ContainerId.Parse("0123456789ab" + new string('0', 52)) };
        container = container with
        {
            State = container.State with { StartedAt = DateTimeOffset.UnixEpoch },
            Networks = new Dictionary<string, NetworkAttachment>
            {
                ["web"] = new() { NetworkId = "n", Settings = new EndpointSettings { Aliases = ["db"] }, DnsNames = ["name", "db", "0123456789ab", "host"] },
            },
        };
        var endpoint = container.ToInspect(new ApiVersion(1, minor)).NetworkSettings.Networks!["web"];
        Assert.Equal(aliases, endpoint.Aliases);
        Assert.Equal(["name", "db", "0123456789ab", "host"], endpoint.DNSNames);
        Assert.Null(container.ToSummary("").NetworkSettings!.Networks!["web"].Aliases);
    }

    [Fact]
    public void An_empty_layer_is_not_said_in_the_list()
    {
        var row = Container(new ContainerSettings { Image = "x" }).ToSummary("");
        Assert.Null(row.WithSizes((0, 10)).SizeRw);
        Assert.Equal((5L, 15L), (row.WithSizes((5, 15)).SizeRw, row.WithSizes((5, 15)).SizeRootFs));
    }

    [Fact]
    public void A_row_is_made_once_for_a_snapshot_and_its_status_every_time()
    {
        var container = Container(new ContainerSettings { Image = "x" }) with { Args = ["sh", "-c", "echo a b"] };
        var first = container.ToSummary("Up 1 second");
        Assert.Equal("sh -c 'echo a b'", first.Command);
        Assert.Same(first, container.ToSummary("Up 2 seconds"));
        Assert.Equal("Up 2 seconds", first.Status);
        Assert.NotSame(first, (container with { Name = "other" }).ToSummary("Up 2 seconds"));
    }

    private static ContainerSettings Settings(string body) => JsonSerializer.Deserialize(body, DockerJson.Wire.ContainerCreateRequest)!.ToSettings();

    private static Container Container(ContainerSettings settings) => new()
    {
        Id = ContainerId.Parse(new string('a', 64)),
        Name = "web",
        Created = DateTimeOffset.UnixEpoch,
        ImageId = Digest.Of("image"u8),
        ManifestId = Digest.Of("manifest"u8),
        Platform = new Platform("linux", "amd64"),
        Settings = settings,
        Args = ["sh"],
    };

    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Mapping", "Golden", name);

    // GANTRY_UPDATE_GOLDEN=1 writes what is into the source tree, to be read before it is committed.
    private static void AssertGolden(string name, string actual)
    {
        if (Environment.GetEnvironmentVariable("GANTRY_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "../../../Mapping/Golden", name), actual);
            return;
        }

        Assert.Equal(File.ReadAllText(Golden(name)), actual);
    }
}

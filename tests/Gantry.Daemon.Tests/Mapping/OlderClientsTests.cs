using System.Text.Json;
using Gantry.Api;
using Gantry.Api.Containers;
using Gantry.Core;
using Gantry.Daemon.Http;
using Gantry.Daemon.Mapping;

namespace Gantry.Daemon.Tests.Mapping;

/// <summary>Docker's API version history, of requests.</summary>
public sealed class OlderClientsTests
{
    [Theory]
    [InlineData(39, """{"Image":"x"}""", "shareable")]
    [InlineData(39, """{"Image":"x","HostConfig":{}}""", "shareable")]
    [InlineData(39, """{"Image":"x","HostConfig":{"IpcMode":"private"}}""", "private")]
    [InlineData(40, """{"Image":"x","HostConfig":{}}""", "")]
    public void Before_1_40_others_could_share_a_containers_IPC(int minor, string body, string mode) =>
        Assert.Equal(mode, Create(body, minor).HostConfig!.IpcMode ?? "");

    [Theory]
    [InlineData(24, false)]
    [InlineData(25, true)]
    public void Before_1_25_the_client_removed_its_containers(int minor, bool removes) =>
        Assert.Equal(removes, Create("""{"Image":"x","HostConfig":{"AutoRemove":true}}""", minor).HostConfig!.AutoRemove);

    [Theory]
    [InlineData(41, null, null, 0)]
    [InlineData(42, 10, null, 0)]
    [InlineData(43, 10, "b", 0)]
    [InlineData(44, 10, "b", 5000000)]
    public void Members_of_later_versions_are_nobodys(int minor, int? height, string? annotation, long startInterval)
    {
        var body = Create("""{"Image":"x","Healthcheck":{"StartInterval":5000000},"HostConfig":{"ConsoleSize":[10,20],"Annotations":{"a":"b"}}}""", minor);
        Assert.Equal(height, body.HostConfig!.ConsoleSize?[0]);
        Assert.Equal(annotation, body.HostConfig.Annotations?["a"]);
        Assert.Equal(startInterval, body.Healthcheck!.StartInterval);
    }

    [Theory]
    [InlineData(43, """{"Image":"x","NetworkingConfig":{"EndpointsConfig":{"a":{},"b":null}}}""", "Container cannot be created with multiple network endpoints: a, b")]
    [InlineData(43, """{"Image":"x","MacAddress":"02:42:ac:11:00:02","HostConfig":{"NetworkMode":"host"}}""", "conflicting options: mac-address and the network mode")]
    [InlineData(43, """{"Image":"x","HostConfig":{"Mounts":[{"Type":"bind","BindOptions":{"ReadOnlyForceRecursive":true}}]}}""", "BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer")]
    [InlineData(44, """{"Image":"x","HostConfig":{"Mounts":[{"Type":"volume","VolumeOptions":{"Subpath":"a"}}]}}""", "VolumeOptions.Subpath needs API v1.45 or newer")]
    [InlineData(47, """{"Image":"x","HostConfig":{"Mounts":[{"Type":"image","Source":"y"}]}}""", "Mount type \"Image\" needs API v1.48 or newer")]
    public void What_must_not_be_left_out_silently_is_refused(int minor, string body, string message)
    {
        Assert.Equal(message, Assert.Throws<GantryException>(() => Create(body, minor)).Message);
        _ = Create(body, minor + 1);
    }

    [Fact]
    public void Before_1_44_only_the_container_had_a_MAC_address()
    {
        const string Body = """{"Image":"x","MacAddress":"02:42:ac:11:00:02","NetworkingConfig":{"EndpointsConfig":{"bridge":{"MacAddress":"02:42:ac:11:00:03"}}}}""";
        Assert.Equal("02:42:ac:11:00:02", Create(Body, 43).ToSettings().Networks["bridge"].MacAddress);
        Assert.Empty(OlderClients.Warnings(Create(Body, 43), new ApiVersion(1, 43)));
        Assert.Contains("is now deprecated", OlderClients.Warnings(Create(Body, 44), new ApiVersion(1, 44)).Single(), StringComparison.Ordinal);
        Assert.Contains("must match", Assert.Throws<GantryException>(() => Create(Body, 44).ToSettings()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(39, false, false, false)]
    [InlineData(41, true, false, false)]
    [InlineData(42, true, true, true)]
    public void Options_of_mounts_came_one_by_one(int minor, bool nonRecursive, bool createMountpoint, bool volumeOptions)
    {
        var mount = Create("""{"Image":"x","HostConfig":{"Mounts":[{"Type":"bind","BindOptions":{"NonRecursive":true,"CreateMountpoint":true},"VolumeOptions":{}}]}}""", minor).HostConfig!.Mounts![0];
        Assert.Equal((nonRecursive, createMountpoint, volumeOptions), (mount.BindOptions!.NonRecursive, mount.BindOptions.CreateMountpoint, mount.VolumeOptions is not null));
    }

    [Theory]
    [InlineData(39, 5L, null)]
    [InlineData(40, 5L, 5L)]
    [InlineData(40, 0L, 0L)]
    [InlineData(40, -1L, 0L)]
    [InlineData(40, -2L, 0L)]
    [InlineData(40, null, null)]
    public void An_update_knows_the_pids_limit_since_1_40_and_takes_it_off_with_nothing_and_less(int minor, long? asked, long? limit) =>
        Assert.Equal(limit, OlderClients.Update(new ContainerUpdateRequest { PidsLimit = asked }, new ApiVersion(1, minor)).ToLimits().PidsLimit);

    private static ContainerCreateRequest Create(string body, int minor) =>
        OlderClients.Create(JsonSerializer.Deserialize(body, DockerJson.Wire.ContainerCreateRequest)!, new ApiVersion(1, minor));
}

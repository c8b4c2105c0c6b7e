using Gantry.Core;
using Gantry.Plugins.Authorization;
using Gantry.Plugins.Volumes;

namespace Gantry.Plugins.Tests;

public sealed class PluginTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("nope")]
    [InlineData("")]
    [InlineData("../fake")]
    public async Task What_no_file_names_is_not_found(string name)
    {
        using var fake = new FakePlugin();
        using var registry = fake.Registry();
        var error = await Assert.ThrowsAsync<GantryException>(() => registry.GetAsync(name, VolumePlugin.Interface, None));
        Assert.Equal((ErrorKind.NotFound, $"plugin \"{name}\" not found"), (error.Kind, error.Message));
    }

    [Theory]
    [InlineData("other.spec", "unix://{0}")]
    [InlineData("other.json", "{{\"Name\":\"other\",\"Addr\":\"unix://{0}\"}}")]
    public async Task A_spec_says_where_it_listens(string file, string content)
    {
        using var fake = new FakePlugin();
        using var registry = fake.Registry();
        await File.WriteAllTextAsync(Path.Combine(fake.Folder, file), string.Format(null, content, fake.SocketPath), TestContext.Current.CancellationToken);
        Assert.Equal("other", (await registry.GetAsync("other", VolumePlugin.Interface, None)).Name);
        Assert.Equal(["fake", "other"], (await registry.AllAsync(VolumePlugin.Interface, None)).Select(plugin => plugin.Name));
    }

    [Fact]
    public async Task It_is_activated_once_and_offers_what_it_says()
    {
        using var fake = new FakePlugin();
        using var registry = fake.Registry();
        await registry.GetAsync("fake", VolumePlugin.Interface, None);
        await registry.GetAsync("fake", AuthorizationPlugin.Interface, None);
        Assert.Equal(["Plugin.Activate"], fake.Calls.Select(call => call.Method));
        var error = await Assert.ThrowsAsync<GantryException>(() => registry.GetAsync("fake", "NetworkDriver", None));
        Assert.Equal(ErrorKind.NotFound, error.Kind);
    }

    [Fact]
    public async Task A_connection_that_fails_is_tried_again_a_few_times()
    {
        using var fake = new FakePlugin { Drops = 2 };
        using var registry = fake.Registry();
        Assert.Equal("fake", (await registry.GetAsync("fake", VolumePlugin.Interface, None)).Name);

        fake.Drops = 100;
        var volumes = new VolumePlugin(await registry.GetAsync("fake", VolumePlugin.Interface, None));
        Assert.Equal(ErrorKind.Internal, (await Assert.ThrowsAsync<GantryException>(() => volumes.MountAsync("v", "id", None))).Kind);
        Assert.Equal(96, fake.Drops);
    }

    [Fact]
    public async Task Its_own_reasons_are_told_with_the_method()
    {
        using var fake = new FakePlugin();
        using var registry = fake.Registry();
        var volumes = new VolumePlugin(await registry.GetAsync("fake", VolumePlugin.Interface, None));
        fake.Answers["VolumeDriver.Mount"] = (200, """{"Mountpoint":"/there"}""");
        Assert.Equal("/there", await volumes.MountAsync("v", "id", None));
        Assert.Equal("""{"Name":"v","ID":"id"}""", fake.Calls[^1].Body);

        fake.Answers["VolumeDriver.Mount"] = (200, """{"Err":"the disk is on fire"}""");
        Assert.Equal("VolumeDriver.Mount: the disk is on fire", (await Assert.ThrowsAsync<GantryException>(() => volumes.MountAsync("v", "id", None))).Message);
        fake.Answers["VolumeDriver.Mount"] = (500, """{"Err":"worse"}""");
        Assert.Equal("VolumeDriver.Mount: worse", (await Assert.ThrowsAsync<GantryException>(() => volumes.MountAsync("v", "id", None))).Message);
        fake.Answers["VolumeDriver.Mount"] = (200, "no JSON");
        Assert.Equal(ErrorKind.Internal, (await Assert.ThrowsAsync<GantryException>(() => volumes.MountAsync("v", "id", None))).Kind);
        Assert.Equal("local", await volumes.ScopeAsync(None));
    }

    [Fact]
    public async Task A_plugin_that_fails_denies()
    {
        using var fake = new FakePlugin();
        using var registry = fake.Registry();
        var authorization = new AuthorizationPlugin(registry, "fake");
        var call = new AuthorizationCall { RequestMethod = "GET", RequestUri = "/v1.51/info", RequestBody = [1, 2, 3] };
        fake.Answers["AuthZPlugin.AuthZReq"] = (200, """{"Allow":true}""");
        await authorization.CheckRequestAsync(call, None);
        Assert.Contains("\"RequestBody\":\"AQID\"", fake.Calls[^1].Body, StringComparison.Ordinal);

        fake.Answers["AuthZPlugin.AuthZReq"] = (200, """{"Allow":false,"Msg":"not you"}""");
        var denied = await Assert.ThrowsAsync<GantryException>(() => authorization.CheckRequestAsync(call, None));
        Assert.Equal((ErrorKind.Forbidden, "authorization denied by plugin fake: not you"), (denied.Kind, denied.Message));
        fake.Answers["AuthZPlugin.AuthZReq"] = (200, """{"Allow":true,"Err":"broken"}""");
        Assert.Equal("plugin fake failed with error: broken", (await Assert.ThrowsAsync<GantryException>(() => authorization.CheckRequestAsync(call, None))).Message);
        await Assert.ThrowsAsync<GantryException>(() => new AuthorizationPlugin(registry, "absent").CheckRequestAsync(call, None));
    }
}

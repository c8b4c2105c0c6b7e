using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Doors;

/// <summary>What SIGHUP takes over, seen in what the daemon does.</summary>
[Collection(nameof(FileDaemon))]
public sealed class ReloadTests(FileDaemon daemon) : IClassFixture<FileDaemon>
{
    [Fact]
    public async Task The_next_pull_asks_the_new_mirror_and_the_one_before_it_is_not_asked_again()
    {
        await using var first = new AskedServer();
        await using var second = new AskedServer();
        await daemon.ReloadAsync($$"""{"registry-mirrors": ["http://127.0.0.1:{{first.Port}}"]}""");
        await daemon.Either.RunAsync("pull", "mirrored:1");
        Assert.NotEmpty(first.Asked);
        var asked = first.Asked.Length;
        await daemon.ReloadAsync($$"""{"registry-mirrors": ["http://127.0.0.1:{{second.Port}}"]}""");
        await daemon.Either.RunAsync("pull", "mirrored:1");
        Assert.NotEmpty(second.Asked);
        Assert.Equal(asked, first.Asked.Length);
        await daemon.ReloadAsync("{}");
    }

    [Fact]
    public async Task Authorization_plugins_come_and_go()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "no python3");
        var socket = Path.Combine(daemon.Plugins, "keeper.sock");
        using var plugin = Shell.Start("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Plugins", "plugin.py"), socket, daemon.Plugins]);
        await Eventually.EqualAsync(true, () => Task.FromResult(File.Exists(socket)));
        try
        {
            Assert.Equal((404, "No such container: forbidden"), await daemon.RefusalAsync(HttpMethod.Get, "containers/forbidden/json"));
            await daemon.ReloadAsync("""{"authorization-plugins": ["keeper"]}""");
            Assert.Equal((403, "authorization denied by plugin keeper: not that one"), await daemon.RefusalAsync(HttpMethod.Get, "containers/forbidden/json"));
            Assert.Equal("[keeper]", await daemon.Either.DoAsync("info", "-f", "{{.Plugins.Authorization}}"));
            await daemon.ReloadAsync("""{"authorization-plugins": ["absent"]}""");
            Assert.Equal(500, (await daemon.RefusalAsync(HttpMethod.Get, "containers/forbidden/json")).Status);
            await daemon.ReloadAsync("{}");
            Assert.Equal((404, "No such container: forbidden"), await daemon.RefusalAsync(HttpMethod.Get, "containers/forbidden/json"));
        }
        finally
        {
            plugin.Kill();
        }
    }
}

using System.Diagnostics;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Plugins;

/// <summary>A daemon beside a real plugin program that keeps volumes and judges every request.</summary>
public sealed class PluggedDaemon() : PrivateDaemon('h')
{
    private Process? plugin;

    public string Volumes => Path.Combine(Directory, "volumes-of-plugin");

    private string Sockets => Path.Combine(Directory, "plugins");

    protected override IReadOnlyList<string> MoreArguments => ["--plugin-dir", Sockets, "--authorization-plugin", "keeper"];

    public override async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "no python3");
        System.IO.Directory.CreateDirectory(Sockets);
        System.IO.Directory.CreateDirectory(Volumes);
        var socket = Path.Combine(Sockets, "keeper.sock");
        plugin = Shell.Start("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Plugins", "plugin.py"), socket, Volumes]);
        await Eventually.EqualAsync(true, () => Task.FromResult(File.Exists(socket)));
        await base.InitializeAsync();
    }

    protected override Task OnRemovedAsync()
    {
        plugin?.Kill();
        plugin?.Dispose();
        System.IO.Directory.Delete(Sockets, recursive: true);
        System.IO.Directory.Delete(Volumes, recursive: true);
        return Task.CompletedTask;
    }
}

public sealed class PluginTests(PluggedDaemon daemon) : IClassFixture<PluggedDaemon>
{
    [Fact]
    public async Task A_plugins_volume_is_mounted_while_it_is_used_and_over_a_daemons_death()
    {
        await daemon.Either.DoAsync("volume", "create", "-d", "keeper", "-o", "a=b", "kept");
        Assert.Equal("keeper global a b", (await daemon.Either.DoAsync("volume", "inspect", "-f", "{{.Driver}} {{.Scope}} {{range $k, $v := .Options}}{{$k}} {{$v}}{{end}}", "kept")).Trim());
        await daemon.Either.DoAsync("run", "-d", "--name", "user", "-v", "kept:/data", "busybox", "sh", "-c", "echo inside > /data/file; sleep 1000");
        await Eventually.EqualAsync(true, () => Task.FromResult(File.Exists(Path.Combine(daemon.Volumes, "kept", "file"))));
        (await daemon.Either.RunAsync("volume", "rm", "kept")).Refused(1, "volume is in use");
        Assert.Equal("keeper", await daemon.Either.DoAsync("events", "--since", "1h", "--until", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1}", "--filter", "type=volume", "--filter", "event=mount", "--filter", "volume=kept", "--format", "{{.Actor.Attributes.driver}}"));
        await daemon.KillAndStartAsync();
        Assert.Equal("inside", await daemon.Either.DoAsync("exec", "user", "cat", "/data/file"));
        await daemon.Either.DoAsync("rm", "-f", "user");
        Assert.DoesNotContain(File.ReadLines("/proc/self/mountinfo"), line => line.Contains(daemon.Volumes, StringComparison.Ordinal));
        await daemon.Either.DoAsync("volume", "rm", "kept");
    }

    [Fact]
    public async Task A_slow_plugin_keeps_nobody_from_other_volumes()
    {
        var slow = daemon.Either.RunAsync("volume", "create", "-d", "keeper", "-o", "slow=6", "slowly");
        await Task.Delay(500);
        await daemon.Either.DoAsync("volume", "create", "quickly");
        await daemon.Either.DoAsync("run", "--rm", "-v", "/data", "busybox", "true");
        await daemon.Either.DoAsync("volume", "rm", "quickly");
        Assert.False(slow.IsCompleted);
        (await slow).Succeeded();
        await daemon.Either.DoAsync("volume", "rm", "slowly");
    }

    [Fact]
    public async Task Its_refusals_and_missing_plugins_are_told_as_Docker_tells_them()
    {
        (await daemon.Either.RunAsync("volume", "create", "-d", "keeper", "-o", "fail=no room", "never")).Refused(1, "create never: VolumeDriver.Create: no room");
        (await daemon.Either.RunAsync("volume", "create", "-d", "absent", "never")).Refused(1, "create never: error looking up volume plugin absent: plugin \"absent\" not found");
        await daemon.Either.DoAsync("volume", "create", "taken");
        (await daemon.Either.RunAsync("volume", "create", "-d", "keeper", "taken")).Refused(1, "create taken: driver 'local' already has volume 'taken': volume name must be unique");
        (await daemon.Either.RunAsync("network", "create", "-d", "absent", "never")).Refused(1, "plugin \"absent\" not found");
    }

    [Fact]
    public async Task Requests_and_answers_are_judged()
    {
        Assert.Equal((403, "authorization denied by plugin keeper: not that one"), await daemon.RefusalAsync(HttpMethod.Post, "volumes/create", """{"Name":"forbidden-name"}"""));
        Assert.Equal((403, "authorization denied by plugin keeper: not that one"), await daemon.RefusalAsync(HttpMethod.Get, "v1.44/containers/forbidden/json"));
        Assert.Equal((500, "plugin keeper failed with error: I failed"), await daemon.RefusalAsync(HttpMethod.Get, "containers/failing/json"));
        Assert.Equal((404, "No such container: ordinary"), await daemon.RefusalAsync(HttpMethod.Get, "containers/ordinary/json"));

        await daemon.Either.RunAsync("volume", "create", "--label", "x=secret-label", "hidden");
        Assert.Equal((403, "authorization denied by plugin keeper: secret answer"), await daemon.RefusalAsync(HttpMethod.Get, "volumes/hidden"));
        Assert.Equal((200, "OK"), await daemon.HttpAsync(HttpMethod.Get, "_ping"));

        // Hijacked connections pass once their request did.
        Assert.Equal("through", (await daemon.Either.FeedAsync("through\n", "run", "--rm", "-i", "busybox", "cat")).Succeeded());
        await daemon.Either.DoAsync("volume", "rm", "hidden");
    }
}

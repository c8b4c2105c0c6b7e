using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Doors;

/// <summary>daemon.json in a running daemon: defaults of containers, and SIGHUP.</summary>
// One after the other: the daemon of each has the same names.
[Collection(nameof(DoorDaemon))]
public sealed class ConfigurationTests(DoorDaemon daemon) : IClassFixture<DoorDaemon>
{
    [Fact]
    public async Task Containers_get_the_files_defaults()
    {
        await daemon.Gantry.DoAsync("create", "--name", "defaults", "busybox", "true");
        Assert.Equal("json-file map[max-size:3m]", await daemon.InspectAsync("defaults", "{{.HostConfig.LogConfig.Type}} {{.HostConfig.LogConfig.Config}}"));
        await daemon.Gantry.DoAsync("rm", "defaults");
    }

    [Fact]
    public async Task Sighup_takes_over_what_may_change_and_says_so()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        daemon.Configure("""{"labels": ["where=there"], "debug": true, "registry-mirrors": ["https://mirror.example"], "insecure-registries": ["10.9.9.0/24"]}""");
        await HangUpAsync();
        var info = await Eventually("there", "{{.Labels}} {{.Debug}} {{.RegistryConfig.Mirrors}} {{.RegistryConfig.InsecureRegistryCIDRs}}");
        Assert.Contains("[where=there] true [https://mirror.example/]", info, StringComparison.Ordinal);
        Assert.Contains("10.9.9.0/24", info, StringComparison.Ordinal);
        var events = await daemon.Gantry.DoAsync("events", "--since", $"{before}", "--until", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1}", "--filter", "type=daemon");
        Assert.Contains("daemon reload", events, StringComparison.Ordinal);
        Assert.Contains("labels=[\"where=there\"]", events, StringComparison.Ordinal);

        // A file that cannot be followed changes nothing and does not end the daemon.
        daemon.Configure("""{"labels": ["where=nowhere"], "nonsense": 1}""");
        await HangUpAsync();
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Contains("where=there", await daemon.Gantry.DoAsync("info", "-f", "{{.Labels}}"), StringComparison.Ordinal);
        Assert.Contains("the following directives don't match any configuration option: nonsense", daemon.Log, StringComparison.Ordinal);
        daemon.Configure("{}");
    }

    [Theory]
    [InlineData(0, "configuration OK", "{}")]
    [InlineData(1, "the following directives don't match any configuration option: x", """{"x": 1}""")]
    [InlineData(1, "the following directives are specified both as a flag and in the configuration file: debug: (from flag: true, from file: false)", """{"debug": false}""")]
    public async Task Validate_says_whether_the_daemon_would_start(int code, string message, string json)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, json, TestContext.Current.CancellationToken);
        (await Shell.RunAsync(Binaries.Daemon, ["--validate", "--debug", "--config-file", file])).Refused(code, message);
        File.Delete(file);
    }

    [Fact]
    public async Task Plain_tcp_is_refused_and_nothing_is_touched()
    {
        var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        (await Shell.RunAsync(Binaries.Daemon, ["-H", "tcp://127.0.0.1:0", "--data-root", folder + "/data", "--exec-root", folder + "/run"])).Refused(1, "refusing to listen on tcp://127.0.0.1:0 without TLS");
        Assert.False(Directory.Exists(folder + "/run"));
        Directory.Delete(folder, recursive: true);
    }

    private async Task HangUpAsync() => (await Shell.RunAsync("/bin/kill", ["-HUP", $"{daemon.ProcessId}"])).Succeeded();

    private async Task<string> Eventually(string wanted, string template)
    {
        var info = "";
        for (var tries = 0; tries < 50 && !info.Contains(wanted, StringComparison.Ordinal); tries++)
        {
            info = await daemon.Gantry.DoAsync("info", "-f", template);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        return info;
    }
}

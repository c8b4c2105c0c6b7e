using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Doors;

/// <summary>A daemon with a configuration file that its tests change.</summary>
public sealed class FileDaemon() : PrivateDaemon('k')
{
    private readonly string folder = System.IO.Directory.CreateTempSubdirectory("gantry-file-").FullName;

    /// <summary>Where plugins' sockets are looked for.</summary>
    public string Plugins => System.IO.Directory.CreateDirectory(Path.Combine(folder, "plugins")).FullName;

    /// <summary>A file of the tests', gone at the end.</summary>
    public string FileOf(string name) => Path.Combine(folder, name);

    // With SIGHUP and SIGINT ignored, as nohup and a script's "&" start a daemon.
    protected override IReadOnlyList<string> Starter => ["/bin/sh", "-c", "trap '' HUP INT; exec \"$@\"", "sh"];

    protected override IReadOnlyList<string> MoreArguments => ["--config-file", FileOf("daemon.json"), "--plugin-dir", Plugins];

    public override async ValueTask InitializeAsync()
    {
        Configure("{}");
        await base.InitializeAsync();
    }

    public void Configure(string json) => File.WriteAllText(FileOf("daemon.json"), json);

    public async Task RestartAsync(string json)
    {
        Configure(json);
        Assert.Equal(0, await StopAsync());
        await StartAsync();
    }

    /// <summary>SIGHUP, and waits until it was followed.</summary>
    public async Task ReloadAsync(string json)
    {
        var before = Reloads();
        Configure(json);
        await SignalAsync("HUP");
        await Eventually.SeeAsync(() => Task.FromResult(Reloads()), reloads => reloads > before, "a reload");
    }

    public int Reloads() => Log.Split("Reloaded configuration").Length - 1;

    protected override Task OnRemovedAsync()
    {
        System.IO.Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }
}

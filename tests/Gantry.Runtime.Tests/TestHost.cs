using Gantry.Core;
using Gantry.Linux;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Gantry.Runtime.Tests;

/// <summary>A runtime of its own in a temporary folder, and the check that nothing of it is left.</summary>
public sealed class TestHost : IAsyncDisposable
{
    private static readonly Lazy<string> Root = new(MakeRoot);
    private readonly CgroupHost cgroups = CgroupHost.Detect();

    public TestHost()
    {
        Folder = Directory.CreateTempSubdirectory("gantry-rt-").FullName;

        // A copy, by which this host's monitors are told from all others.
        var monitor = Path.Combine(Folder, "gantry-monitor");
        File.Copy(MonitorPath, monitor);
        Options = new RuntimeOptions { StateDirectory = Path.Combine(Folder, "state"), MonitorPath = monitor, CgroupParent = "/" + Path.GetFileName(Folder) };
        Runtime = new ContainerRuntime(Options);
    }

    private static string MonitorPath { get; } = Environment.GetEnvironmentVariable("GANTRY_MONITOR") ?? Path.Combine(RepositoryRoot(), "out", "gantry-monitor");

    public static string RootDirectory => Root.Value;

    public string Folder { get; }

    public RuntimeOptions Options { get; init; }

    public ContainerRuntime Runtime { get; set; }

    public string LogPath => Path.Combine(Folder, "log.json");

    public LaunchSpec Spec(params string[] args) => new()
    {
        Id = ContainerId.New(),
        RootDirectory = RootDirectory,
        Process = new ProcessSpec { Args = args, Env = ["PATH=/bin"] },
        Log = new LogFile(LogPath),
    };

    public LaunchSpec Shell(string script) => Spec("sh", "-c", script);

    /// <summary>Creates, starts, waits, deletes.</summary>
    public async Task<ProcessExit> RunAsync(LaunchSpec spec)
    {
        var container = await Runtime.CreateAsync(spec, default);
        await container.StartAsync(default);
        var exit = await container.Exited.WaitAsync(TimeSpan.FromSeconds(30));
        await container.DeleteAsync(false, default);
        return exit;
    }

    /// <summary>Runs the script and returns what it wrote, from the log.</summary>
    public async Task<(string Output, int Code)> OutputAsync(LaunchSpec spec)
    {
        var exit = await RunAsync(spec);
        return (string.Concat((await LogAsync()).Select(entry => Text(entry))), exit.Code);
    }

    public async Task<List<LogEntry>> LogAsync(LogQuery? query = null)
    {
        var entries = new List<LogEntry>();
        await foreach (var entry in JsonFileLog.ReadAsync(LogPath, query ?? new LogQuery(), Task.CompletedTask, default))
        {
            entries.Add(entry);
        }

        return entries;
    }

    public static string Text(LogEntry entry) => System.Text.Encoding.UTF8.GetString(entry.Line.Span);

    public async ValueTask DisposeAsync()
    {
        await Runtime.DisposeAsync();
        var left = await LeftoversAsync();
        RemoveCgroups();
        Directory.Delete(Folder, recursive: true);
        Assert.Empty(left);
    }

    private async Task<List<string>> LeftoversAsync()
    {
        List<string> left = [];
        for (var attempt = 0; attempt < 100; attempt++)
        {
            left = [.. Runtime.Known().Select(id => "state " + id), .. Cgroups(), .. Monitors()];
            if (Directory.Exists(Options.StateDirectory + "/.crun"))
            {
                left.AddRange(Directory.EnumerateDirectories(Options.StateDirectory + "/.crun"));
            }

            if (left.Count == 0)
            {
                break;
            }

            await Task.Delay(20);
        }

        return left;
    }

    private IEnumerable<string> Cgroups() => cgroups.Hierarchies
        .Select(hierarchy => hierarchy + Options.CgroupParent)
        .Where(Directory.Exists)
        .SelectMany(Directory.EnumerateDirectories)
        .Where(directory => Path.GetFileName(directory) != "monitors");

    private IEnumerable<string> Monitors() => Directory.EnumerateDirectories("/proc")
        .Where(directory => char.IsAsciiDigit(Path.GetFileName(directory)[0]))
        .Where(directory => new FileInfo(directory + "/exe").LinkTarget == Options.MonitorPath)
        .Select(directory => "monitor " + directory);

    private void RemoveCgroups()
    {
        foreach (var hierarchy in cgroups.Hierarchies)
        {
            CgroupDirectory.Remove(hierarchy + Options.CgroupParent);
        }
    }

    private static string MakeRoot()
    {
        var root = Directory.CreateTempSubdirectory("gantry-root-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        File.SetUnixFileMode(root, (UnixFileMode)0x1ed);
        foreach (var name in (string[])["bin", "proc", "sys", "dev", "etc", "tmp", "sbin"])
        {
            Directory.CreateDirectory(Path.Combine(root, name));
        }

        File.Copy("/bin/busybox", root + "/bin/busybox");
        foreach (var name in ListApplets())
        {
            if (name != "busybox")
            {
                File.CreateSymbolicLink(Path.Combine(root, "bin", name), "busybox");
            }
        }

        File.WriteAllText(root + "/etc/passwd", "root:x:0:0::/:/bin/sh\n");
        File.WriteAllText(root + "/etc/text", "not a program\n");
        return root;
    }

    private static string[] ListApplets()
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/busybox", "--list") { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string RepositoryRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Gantry.slnx")))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        return directory;
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Gantry.Daemon.Tests.EndToEnd;

/// <summary>A gantryd of the tests' own: its folders, socket, bridge and nftables table; all of it removed at the end.</summary>
public sealed class PrivateDaemon : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static int instances;
    private readonly string directory = Directory.CreateTempSubdirectory("gdt-").FullName;

    // Kernel objects are the machine's: classes of tests run side by side, and so may checkouts.
    private readonly int number = Interlocked.Increment(ref instances);
    private Process? process;

    public string Socket => Path.Combine(directory, "api.sock");

    public int ProcessId => process!.Id;

    private string Name => string.Create(CultureInfo.InvariantCulture, $"gdt{Environment.ProcessId % 100_000}x{number}");

    private string AddressPool => string.Create(CultureInfo.InvariantCulture, $"base=10.{160 + ((Environment.ProcessId + (number * 7)) % 60)}.0.0/16,size=24");

    private string[] Arguments =>
    [
        "-H", "unix://" + Socket, "--data-root", Path.Combine(directory, "data"), "--exec-root", Path.Combine(directory, "run"),
        "--nft-table", Name, "--default-bridge", Name, "--bridge-prefix", "gdt-", "--cgroup-parent", "/" + Name,
        "--default-address-pool", AddressPool,
    ];

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        await ImportBusyboxAsync();
    }

    public async Task StartAsync()
    {
        process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "gantryd"), Arguments) { RedirectStandardError = true })!;
        _ = process.StandardError.ReadToEndAsync();
        var deadline = Stopwatch.StartNew();
        while (!await AnswersAsync())
        {
            Assert.True(deadline.Elapsed < Patience && !process.HasExited, "gantryd does not answer");
            await Task.Delay(50);
        }
    }

    /// <summary>SIGTERM; returns exit code and how long it took.</summary>
    public async Task<(int ExitCode, TimeSpan Elapsed)> StopAsync()
    {
        var watch = Stopwatch.StartNew();
        using (Process.Start("kill", ["-TERM", process!.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }

        return (process.ExitCode, watch.Elapsed);
    }

    /// <summary>The real docker CLI against this daemon.</summary>
    public Task<Outcome> DockerAsync(params string[] arguments) => RunAsync("/usr/local/bin/docker", ["-H", "unix://" + Socket, .. arguments]);

    public async Task<Outcome> RunAsync(string program, string[] arguments, string? input = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["DOCKER_BUILDKIT"] = "0";
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEndAsync();
        var error = child.StandardError.ReadToEndAsync();
        await child.StandardInput.WriteAsync(input);
        child.StandardInput.Close();
        await child.WaitForExitAsync().WaitAsync(Patience);
        return new Outcome(child.ExitCode, await output, await error);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await StopAsync();
        }

        await RunAsync(Path.Combine(AppContext.BaseDirectory, "gantryd"), ["--remove-all", .. Arguments]);
        Directory.Delete(directory, recursive: true);
        process?.Dispose();

        // The parents of containers' and monitors' cgroups outlive the daemon; rmdir(2) takes them only when nothing runs in them.
        foreach (var hierarchy in Directory.EnumerateDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"))
        {
            foreach (var cgroup in new[] { Name + "/monitors", Name }.Select(name => Path.Combine(hierarchy, name)).Where(Directory.Exists))
            {
                Directory.Delete(cgroup);
            }
        }
    }

    private async Task<bool> AnswersAsync()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task ImportBusyboxAsync()
    {
        var root = Directory.CreateDirectory(Path.Combine(directory, "root", "bin"));
        File.Copy("/bin/busybox", Path.Combine(root.FullName, "busybox"));
        foreach (var applet in new[] { "sh", "cat", "echo", "sleep", "true", "head", "yes" })
        {
            File.CreateSymbolicLink(Path.Combine(root.FullName, applet), "busybox");
        }

        var tar = Path.Combine(directory, "root.tar");
        Assert.Equal(0, (await RunAsync("/bin/tar", ["-C", Path.Combine(directory, "root"), "-cf", tar, "."])).ExitCode);
        Assert.Equal(0, (await DockerAsync("import", "-c", "ENV PATH=/bin", tar, "busybox")).ExitCode);
    }
}

/// <summary>What a program said and how it ended.</summary>
public sealed record Outcome(int ExitCode, string Output, string Error);

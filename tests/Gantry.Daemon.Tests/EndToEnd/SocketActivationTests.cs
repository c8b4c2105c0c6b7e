using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.Linux;

namespace Gantry.Daemon.Tests.EndToEnd;

/// <summary>gantryd -H fd:// under a parent that holds the sockets, as systemd does it.</summary>
[Trait("Ring", "integration")]
public sealed class SocketActivationTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gdt-fd-").FullName;
    private readonly string name = string.Create(CultureInfo.InvariantCulture, $"gdf{Environment.ProcessId % 100_000}");

    [Theory]
    [InlineData("fd://")]
    [InlineData("fd://api.socket")]
    [InlineData("fd://3")]
    public async Task The_passed_socket_is_served_and_its_file_stays(string host)
    {
        var path = Path.Combine(directory, "api.sock");
        using var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listening.Bind(new UnixDomainSocketEndPoint(path));
        listening.Listen();
        var pid = Start(listening, "-H", host);

        // The connection waits in the socket's queue until the daemon is up.
        var version = await RunAsync("/usr/local/bin/docker", "-H", "unix://" + path, "version", "-f", "{{.Server.Version}}");
        Assert.Equal(0, version.ExitCode);
        Assert.NotEmpty(version.Output.Trim());
        Assert.Equal(0, await StopAsync(pid));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task A_passed_tcp_socket_needs_tls_too()
    {
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        Assert.Equal(1, await WaitAsync(Start(listening, "-H", "fd://")));
        Assert.Contains("without TLS", await File.ReadAllTextAsync(Path.Combine(directory, "log"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_passed_sockets_the_start_is_refused()
    {
        var refused = await RunAsync(Path.Combine(AppContext.BaseDirectory, "gantryd"), ["-H", "fd://", .. Arguments]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("no sockets found via socket activation: make sure the service was started by systemd", refused.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        using var removal = Process.Start(Path.Combine(AppContext.BaseDirectory, "gantryd"), ["--remove-all", .. Arguments]);
        removal.WaitForExit();
        Directory.Delete(directory, recursive: true);
    }

    private string[] Arguments =>
    [
        "--data-root", Path.Combine(directory, "data"), "--exec-root", Path.Combine(directory, "run"), "--nft-table", name, "--default-bridge", name, "--bridge-prefix", "gdf-", "--cgroup-parent", "/" + name,
        "--default-address-pool", "base=10.232.0.0/16,size=24",
    ];

    // The shell's pid is the daemon's: LISTEN_PID names the process that the sockets are for.
    private int Start(Socket listening, params string[] arguments)
    {
        var command = $"LISTEN_PID=$$ exec '{Path.Combine(AppContext.BaseDirectory, "gantryd")}' {string.Join(' ', arguments.Concat(Arguments))} 2>'{Path.Combine(directory, "log")}'";
        var pid = ChildProcess.Spawn(new SpawnRequest
        {
            Path = "/bin/sh",
            Arguments = ["sh", "-c", command],
            Environment = [$"PATH={Environment.GetEnvironmentVariable("PATH")}", $"HOME={directory}", $"DOTNET_ROOT={Environment.GetEnvironmentVariable("DOTNET_ROOT")}", "LISTEN_FDS=1", "LISTEN_FDNAMES=api.socket"],
            Descriptors = [((int)listening.Handle, 3)],
        });
        Assert.True(pid > 0);
        return pid;
    }

    private static async Task<int> StopAsync(int pid)
    {
        ChildProcess.Kill(pid, 15);
        return await WaitAsync(pid);
    }

    private static Task<int> WaitAsync(int pid) => Task.Run(() =>
    {
        Assert.Equal(pid, ChildProcess.Wait(pid, block: true, out var status));
        return status.ExitCode;
    }).WaitAsync(TimeSpan.FromSeconds(30));

    private static async Task<Outcome> RunAsync(string program, params string[] arguments)
    {
        using var child = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = child.StandardOutput.ReadToEndAsync();
        var error = child.StandardError.ReadToEndAsync();
        await child.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return new Outcome(child.ExitCode, await output, await error);
    }
}

using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Gantry.Integration.Tests.Fixtures;

/// <summary>
/// A gantryd of the tests' own: its folders, socket, bridges, addresses, nftables table and cgroup. Disposing removes
/// everything and checks that nothing is left.
/// </summary>
public class PrivateDaemon : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly StringBuilder log = new();
    private readonly string? networkNamespace;
    private readonly string addresses;
    private readonly HttpClient http;
    private Process? process;

    /// <param name="letter">Tells the daemons of one test run apart.</param>
    /// <param name="networkNamespace">Path of the one to run in; null is the host's.</param>
    protected PrivateDaemon(char letter, string? networkNamespace = null)
    {
        // Two test runs on one machine must not meet: names and addresses come from the process.
        var run = Environment.ProcessId % 1296;
        Name = $"gi{letter}{run:x}";
        addresses = $"base=10.{200 + (run % 50)}.{(letter - 'a') * 16}.0/20,size=26";
        this.networkNamespace = networkNamespace;
        Directory = System.IO.Directory.CreateTempSubdirectory(Name + "-").FullName;
        http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new Uri("http://gantry/"), Timeout = Patience };
        Gantry = new Client(Tool.Gantry, Socket);
        Docker = new Client(Tool.Docker, Socket);
    }

    /// <summary>Prefix of all names that this daemon gives to kernel objects.</summary>
    public string Name { get; }

    public string Directory { get; }

    public string Socket => Path.Combine(Directory, "api.sock");

    public string Data => Path.Combine(Directory, "data");

    public string CgroupParent => "/" + Name;

    public int ProcessId => process!.Id;

    public Client Gantry { get; }

    public Client Docker { get; }

    private string[] Arguments =>
    [
        "-H", "unix://" + Socket, "--data-root", Data, "--exec-root", Path.Combine(Directory, "run"), "--pidfile", Path.Combine(Directory, "pid"),
        "--nft-table", Name, "--default-bridge", Name + "0", "--bridge-prefix", Name + "-", "--cgroup-parent", CgroupParent,
        "--default-address-pool", addresses, .. MoreArguments,
    ];

    /// <summary>The program that starts the daemon, where it is not the fixture itself.</summary>
    protected virtual IReadOnlyList<string> Starter => networkNamespace is null ? [] : ["/usr/bin/nsenter", "--net=" + networkNamespace];

    /// <summary>What a fixture adds to the command line.</summary>
    protected virtual IReadOnlyList<string> MoreArguments => [];

    /// <summary>The docker client where there is one: for tests that are about the daemon.</summary>
    public Client Either => Binaries.Docker is null ? Gantry : Docker;

    public Client By(Tool tool) => tool == Tool.Docker ? Docker : Gantry;

    public virtual async ValueTask InitializeAsync()
    {
        await StartAsync();
        await BusyboxImage.ImportAsync(this);
    }

    public Task StartAsync()
    {
        Launch();
        return AwaitAsync();
    }

    /// <summary>Starts the process and leaves it at that.</summary>
    public void Launch()
    {
        Assert.True(Environment.UserName == "root", "these tests need root");
        string[] command = [.. Starter, Binaries.Daemon, .. Arguments];
        process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (log)
            {
                log.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>Waits until it answers.</summary>
    public async Task AwaitAsync()
    {
        var watch = Stopwatch.StartNew();
        while (!await AnswersAsync())
        {
            Assert.True(watch.Elapsed < Patience && !process!.HasExited, $"gantryd does not answer:\n{Log}");
            await Task.Delay(20);
        }
    }

    public string Log
    {
        get
        {
            lock (log)
            {
                return log.ToString();
            }
        }
    }

    /// <summary>SIGKILL: no chance to tidy up.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    public async Task SignalAsync(string name) => (await Shell.RunAsync("/bin/kill", ["-" + name, $"{process!.Id}"])).Succeeded();

    /// <summary>SIGTERM.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        await process!.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public async Task KillAndStartAsync()
    {
        await KillAsync();
        await StartAsync();
    }

    /// <summary>Raw HTTP: status and body.</summary>
    public async Task<(int Status, string Body)> HttpAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The message of an error's body.</summary>
    public async Task<(int Status, string Message)> RefusalAsync(HttpMethod method, string path, string? json = null)
    {
        var (status, body) = await HttpAsync(method, path, json);
        Assert.True(status >= 400, $"{status} {body}");
        using var document = JsonDocument.Parse(body);
        return (status, document.RootElement.GetProperty("message").GetString()!);
    }

    public async Task<string> InspectAsync(string container, string template) => await Gantry.DoAsync("inspect", "-f", template, container);

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (process is { HasExited: false })
        {
            Assert.Equal(0, await StopAsync());
        }

        string[] removal = [Binaries.Daemon, "--remove-all", .. Arguments];
        removal = networkNamespace is null ? removal : ["/usr/bin/nsenter", "--net=" + networkNamespace, .. removal];
        (await Shell.RunAsync(removal[0], removal[1..])).Succeeded();
        http.Dispose();
        process?.Dispose();
        await OnRemovedAsync();
        await Leftovers.AssertNoneAsync(this);
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>What the fixture itself made is taken back, after the daemon's things and before the check.</summary>
    protected virtual Task OnRemovedAsync() => Task.CompletedTask;

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await HttpAsync(HttpMethod.Get, "_ping")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}

/// <summary>The daemon that most tests share.</summary>
public sealed class SharedDaemon() : PrivateDaemon('a');

/// <summary>A daemon that its tests kill.</summary>
public sealed class DoomedDaemon() : PrivateDaemon('b');

/// <summary>A daemon whose descriptors and memory are counted.</summary>
public sealed class MeasuredDaemon() : PrivateDaemon('c');

/// <summary>A daemon that is killed while it forwards logs.</summary>
public sealed class ForwardingDaemon() : PrivateDaemon('g');

using System.Text.RegularExpressions;

[assembly: AssemblyFixture(typeof(Gantry.Stack.Tests.StackFixture))]

namespace Gantry.Stack.Tests;

/// <summary>
/// The stack as a new user gets it: a copy of the checkout, <c>./up</c> in it, on ports, folders and kernel names of its own, so
/// that a stack that already runs on this machine is left alone. Ends with <c>./up --down</c>, and with nothing left.
/// </summary>
public sealed partial class StackFixture : IAsyncLifetime
{
    private const string Name = "gantry-stacktest";
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"{Name}-{Environment.ProcessId}");

    public string Checkout => Path.Combine(folder, "checkout");

    public Uri Http { get; } = new("http://127.0.0.1:18080");

    public Uri Https { get; } = new("https://localhost:18443");

    private Dictionary<string, string> Variables => new()
    {
        ["GANTRY_DATA"] = Path.Combine(folder, "data"),
        ["GANTRY_RUN"] = Path.Combine(folder, "run"),
        ["GANTRY_HTTP_PORT"] = "18080",
        ["GANTRY_HTTPS_PORT"] = "18443",
        ["GANTRYD_FLAGS"] = $"--nft-table {Name} --default-bridge gtstack0 --bridge-prefix gs- --cgroup-parent /{Name} --default-address-pool base=10.213.0.0/16,size=24",
        ["DOCKER_HOST"] = $"unix://{folder}/run/gantry.sock",
    };

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(folder);
        var source = RepositoryRoot();
        await Expect("bash", "-c", $"mkdir -p '{Checkout}' && cd '{source}' && tar -c --exclude=.git --exclude=bin --exclude=obj . | tar -x -C '{Checkout}'");
        var (code, output) = await UpAsync();
        Assert.True(code == 0, output);
    }

    public async ValueTask DisposeAsync()
    {
        var (code, output) = await Shell.RunAsync("bash", [Path.Combine(Checkout, "up"), "--down"], Variables, TimeSpan.FromMinutes(3));
        Assert.True(code == 0, output);
        var left = await Expect("bash", "-c", $"ip -o link | grep -E 'gtstack0|gs-' ; nft list tables | grep {Name} ; grep {folder} /proc/self/mounts ; ps -eo args= | grep -F {folder}/run | grep -vE '^(bash|grep) ' ; find /sys/fs/cgroup -name {Name} ; true");
        Assert.Equal("", left.Trim());
        Assert.False(Directory.Exists(Path.Combine(folder, "data")));
        Assert.False(Directory.Exists(Path.Combine(folder, "run")));
        Directory.Delete(folder, recursive: true);
    }

    public Task<(int ExitCode, string Output)> UpAsync() =>
        Shell.RunAsync("bash", [Path.Combine(Checkout, "up")], Variables, TimeSpan.FromMinutes(15));

    /// <summary>Runs <c>gantry</c> against the fixture's daemon; its exit code must be zero.</summary>
    public async Task<string> GantryAsync(params string[] arguments)
    {
        var (code, output) = await Shell.RunAsync(Path.Combine(Checkout, "out/gantry"), arguments, Variables);
        Assert.True(code == 0, $"gantry {string.Join(' ', arguments)}: {output}");
        return output;
    }

    public async Task KillDaemonAsync() => await Expect("kill", "-9", (await File.ReadAllTextAsync(Path.Combine(folder, "run/gantryd.pid"))).Trim());

    /// <summary>Container ids by name.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ContainersAsync() =>
        Line().Matches(await GantryAsync("ps", "--no-trunc", "--format", "{{.Names}} {{.ID}}")).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    private static async Task<string> Expect(string program, params string[] arguments)
    {
        var (code, output) = await Shell.RunAsync(program, arguments);
        Assert.True(code == 0, output);
        return output;
    }

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Gantry.slnx")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("not inside a checkout of Gantry");
        }

        return directory.FullName;
    }

    [GeneratedRegex(@"(\S+) ([0-9a-f]{64})")]
    private static partial Regex Line();
}

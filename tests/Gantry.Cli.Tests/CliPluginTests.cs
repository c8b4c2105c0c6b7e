using System.Diagnostics;

namespace Gantry.Cli.Tests;

/// <summary>Docker's CLI plugins under gantry: a script that says what it was called with.</summary>
public sealed class CliPluginTests : IDisposable
{
    private const string Host = "unix:///nonexistent";

    private readonly string folder = Directory.CreateTempSubdirectory("gantry-plugins").FullName;

    public CliPluginTests()
    {
        Write("hello", "Test", "echo \"args: $*\"; trap 'echo ended; exit 9' TERM; if [ \"$2\" = wait ]; then echo ready; sleep 30 & wait; fi; exit 7");
        Write("bad", "", "exit 0");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_plugin_runs_with_all_arguments_and_its_own_exit_code()
    {
        var result = await GantryProcess.RunAsync(Host, folder, "-D", "hello", "a", "--b", "c d");

        Assert.Equal((7, "args: -D hello a --b c d\n"), (result.Code, result.Out));
    }

    [Fact]
    public async Task Help_lists_plugins_and_what_is_wrong_with_bad_ones()
    {
        var help = (await GantryProcess.RunAsync(Host, folder, "--help")).Out;

        Assert.Contains("  hello*      Says hello\n", help);
        Assert.Contains("Invalid Plugins:\n  bad         plugin metadata does not define a vendor\n", help);
    }

    [Fact]
    public async Task A_bad_plugin_is_no_command()
    {
        var result = await GantryProcess.RunAsync(Host, folder, "bad");

        Assert.Equal((1, "gantry: unknown command: gantry bad\n\nRun 'gantry --help' for more information\n"), (result.Code, result.Error));
    }

    [Fact]
    public async Task A_builder_alias_takes_build_and_builder_to_the_plugin()
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"aliases":{"builder":"hello"}}""");

        Assert.Equal("args: hello build -t x .\n", (await GantryProcess.RunAsync(Host, folder, "build", "-t", "x", ".")).Out);
        Assert.Equal("args: hello prune -f\n", (await GantryProcess.RunAsync(Host, folder, "builder", "prune", "-f")).Out);
    }

    [Fact]
    public async Task Other_aliases_are_refused()
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"aliases":{"x":"hello"}}""");

        Assert.Contains("not allowed to alias \"x\"", (await GantryProcess.RunAsync(Host, folder, "ps")).Error);
    }

    [Fact]
    public async Task Signals_reach_the_plugin()
    {
        var start = new ProcessStartInfo(GantryProcess.Path, ["hello", "wait"]) { RedirectStandardOutput = true };
        start.Environment["DOCKER_CONFIG"] = folder;
        using var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is not "ready")
        {
        }

        Process.Start("kill", [process.Id.ToString()]).WaitForExit();
        var rest = process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("ended", 9), (await rest, process.ExitCode));
    }

    private void Write(string name, string vendor, string body)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "cli-plugins")).FullName, "docker-" + name);
        File.WriteAllText(path, $$"""
            #!/bin/bash
            if [ "$1" = docker-cli-plugin-metadata ]; then echo '{"SchemaVersion":"0.1.0","Vendor":"{{vendor}}","Version":"v1","ShortDescription":"Says hello"}'; exit; fi
            {{body}}
            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}

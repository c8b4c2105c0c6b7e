using System.Diagnostics;

namespace Gantry.Integration.Tests.Fixtures;

/// <summary>Which command line drives the daemon.</summary>
public enum Tool
{
    Gantry,
    Docker,
}

/// <summary>One command line against one daemon.</summary>
public sealed class Client(Tool tool, string socket)
{
    private readonly Dictionary<string, string> environment = new() { ["DOCKER_HOST"] = "unix://" + socket, ["DOCKER_BUILDKIT"] = "0", ["DOCKER_CLI_HINTS"] = "false", ["TERM"] = "xterm" };

    public string Name => tool == Tool.Docker ? "docker" : "gantry";

    private string Path
    {
        get
        {
            Assert.SkipWhen(tool == Tool.Docker && Binaries.Docker is null, "no docker client on PATH");
            return tool == Tool.Docker ? Binaries.Docker! : Binaries.Gantry;
        }
    }

    public Task<Outcome> RunAsync(params string[] arguments) => Shell.RunAsync(Path, arguments, null, environment);

    /// <summary>With more variables; an empty value unsets one for these programs.</summary>
    public Task<Outcome> RunAsync(IReadOnlyDictionary<string, string> more, string? input, params string[] arguments) =>
        Shell.RunAsync(Path, arguments, input, environment.Concat(more).GroupBy(pair => pair.Key).ToDictionary(same => same.Key, same => same.Last().Value));

    public Task<Outcome> FeedAsync(string input, params string[] arguments) => Shell.RunAsync(Path, arguments, input, environment);

    /// <summary>Runs it, wants success, and returns what it printed without the last line's end.</summary>
    public async Task<string> DoAsync(params string[] arguments) => (await RunAsync(arguments)).Succeeded();

    /// <summary>The caller ends the process.</summary>
    public Process Start(params string[] arguments) => Shell.Start(Path, arguments, environment);

    /// <summary>As a script's <c>&amp;</c> starts it: with SIGINT ignored.</summary>
    public Process StartInBackground(params string[] arguments) => Shell.Start("/bin/sh", ["-c", "trap '' INT; exec \"$@\"", "sh", Path, .. arguments], environment);

    /// <summary>In a terminal of 33 rows and 101 columns; each answer is typed after its prompt was seen.</summary>
    public async Task<Outcome> InTerminalAsync(string[] arguments, params (string Seen, string Typed)[] conversation)
    {
        var command = "stty rows 33 cols 101; exec " + string.Join(' ', arguments.Prepend(Path).Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        using var terminal = Shell.Start("/usr/bin/script", ["-qefc", command, "/dev/null"], environment);
        var text = "";
        var buffer = new char[4096];
        var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using (patience)
        {
            try
            {
                foreach (var (seen, typed) in conversation)
                {
                    while (!text.Contains(seen, StringComparison.Ordinal))
                    {
                        var length = await terminal.StandardOutput.ReadAsync(buffer, patience.Token);
                        Assert.True(length > 0, $"ended before \"{seen}\" was seen: {text}");
                        text += new string(buffer, 0, length);
                    }

                    await terminal.StandardInput.WriteAsync(typed);
                    await terminal.StandardInput.FlushAsync(patience.Token);
                }

                text += await terminal.StandardOutput.ReadToEndAsync(patience.Token);
                await terminal.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                terminal.Kill(entireProcessTree: true);
                Assert.Fail($"the terminal's program did not go on: {text}");
            }
        }

        return new Outcome(terminal.ExitCode, text, "");
    }
}

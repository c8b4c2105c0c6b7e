using System.Diagnostics;

namespace Gantry.Integration.Tests.Fixtures;

/// <summary>What a program said and how it ended.</summary>
public sealed record Outcome(int ExitCode, string Output, string Error)
{
    public string Text => Output + Error;

    /// <summary>The output without the line's end; the program must have succeeded.</summary>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}\n{Error}");
        return Output.TrimEnd('\n');
    }

    public void Refused(int exitCode, string message)
    {
        Assert.Contains(message, Text, StringComparison.Ordinal);
        Assert.Equal(exitCode, ExitCode);
    }
}

/// <summary>Runs programs, with an end to patience.</summary>
internal static class Shell
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<Outcome> RunAsync(string program, IEnumerable<string> arguments, string? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var child = Start(program, arguments, environment);
        var output = child.StandardOutput.ReadToEndAsync();
        var error = child.StandardError.ReadToEndAsync();
        try
        {
            await child.StandardInput.WriteAsync(input);
            child.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading: its exit code tells.
        }

        try
        {
            await child.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            child.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end\n{await output}\n{await error}");
        }

        return new Outcome(child.ExitCode, await output, await error);
    }

    public static Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}

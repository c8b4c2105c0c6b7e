using System.Diagnostics;

namespace Gantry.Cli.Tests;

/// <summary>The program as a process of its own, for what an in-process run cannot show: becoming another program, a shell's completion.</summary>
internal static class GantryProcess
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "gantry");

    public static Task<CommandResult> RunAsync(string host, string config, params string[] arguments) => StartAsync(Path, host, config, arguments);

    /// <summary>Runs any program with ours in its path and the daemon and configuration in its environment.</summary>
    public static async Task<CommandResult> StartAsync(string program, string host, string config, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["DOCKER_HOST"] = host;
        start.Environment["DOCKER_CONFIG"] = config;
        start.Environment["PATH"] = AppContext.BaseDirectory + ":" + Environment.GetEnvironmentVariable("PATH");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, await output, await error);
    }
}

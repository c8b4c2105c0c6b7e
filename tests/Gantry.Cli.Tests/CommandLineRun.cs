using System.Diagnostics;
using System.Text;
using Gantry.Cli.Terminal;
using Gantry.Client;

namespace Gantry.Cli.Tests;

/// <summary>What a command printed and returned.</summary>
public sealed record CommandResult(int Code, string Out, string Error);

/// <summary>Runs a command line in this process, or docker's own for comparison.</summary>
internal static class CommandLineRun
{
    public const string DockerPath = "/usr/local/bin/docker";

    /// <summary>An empty folder of this process; docker makes what it lacks in there.</summary>
    public static string ConfigFolder { get; } = NewFolder();

    private static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("gantry-config");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        return folder.FullName;
    }

    public static async Task<CommandResult> GantryAsync(string host, IReadOnlyList<string> arguments, string input = "")
    {
        var (output, error) = (new MemoryStream(), new MemoryStream());
        var streams = new StandardStreams(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error);
        var code = await new CommandApplication(streams, _ => GantryClient.FromEnvironment(host)).RunAsync("docker", ["--config", ConfigFolder, .. arguments], CancellationToken.None);
        return new CommandResult(code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    public static async Task<CommandResult> DockerAsync(string host, IReadOnlyList<string> arguments, string input = "")
    {
        var start = new ProcessStartInfo(DockerPath, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["DOCKER_HOST"] = host;
        start.Environment["DOCKER_CONFIG"] = ConfigFolder;
        start.Environment["DOCKER_CLI_HINTS"] = "false";
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, await output, await error);
    }
}

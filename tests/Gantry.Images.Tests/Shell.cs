using System.Diagnostics;

namespace Gantry.Images.Tests;

internal static class Shell
{
    public static string Run(string script, string? directory = null)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-ec", script]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory ?? "/" })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{script}: {error.Result}{output}");
    }
}

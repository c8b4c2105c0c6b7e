using System.Diagnostics;

namespace Gantry.Parity;

/// <summary>One line of the list: a command line, or a request.</summary>
/// <param name="Reason">Why a difference is meant, null when none is.</param>
internal sealed record Step(string Text, bool IsSetUp, string? Reason)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    public static Step Parse(string line, string? reason) => new(line, line.StartsWith('!'), reason);

    /// <summary>What came of it, in lines, without what differs from run to run.</summary>
    public IReadOnlyList<string> Run(Side side)
    {
        var rest = Text[1..].TrimStart();
        return Text[0] switch
        {
            '>' => RawRequest.Parse(rest, upgrade: false).Send(side.Socket),
            '^' => RawRequest.Parse(rest, upgrade: true).Send(side.Socket),
            '$' or '!' => Command(side, rest),
            var other => throw new InvalidDataException($"a line begins with '{other}': {Text}"),
        };
    }

    private static IReadOnlyList<string> Command(Side side, string command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"({command}) 2>&1 </dev/null"]) { RedirectStandardOutput = true };
        start.Environment["DOCKER_HOST"] = $"unix://{side.Socket}";
        start.Environment["SOCKET"] = side.Socket;
        start.Environment["PATH"] = side.SearchPath;
        start.Environment["DOCKER_BUILDKIT"] = "0";
        start.Environment["NO_COLOR"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit) || !output.Wait(Limit))
        {
            process.Kill(entireProcessTree: true);
            return ["(did not end)"];
        }

        var text = output.Result;
        var lines = JsonLines.TryFlatten(text) ?? text.TrimEnd('\n').Split('\n');
        return [.. lines.Select(Normal.Of), .. process.ExitCode == 0 ? Array.Empty<string>() : [$"exit code {process.ExitCode}"]];
    }
}

using System.Diagnostics;
using System.Globalization;
using Gantry.Core;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerService
{
    /// <summary>Titles and rows of <c>ps</c> for the container's processes.</summary>
    /// <exception cref="GantryException">Conflict when it does not run; InvalidArgument when ps refuses its arguments.</exception>
    public async Task<(IReadOnlyList<string> Titles, IReadOnlyList<IReadOnlyList<string>> Processes)> TopAsync(string nameOrId, string psArguments, CancellationToken cancellationToken)
    {
        var entry = containers.Get(nameOrId);
        var process = entry.Process is { } running && entry.Container.IsRunning ? running : throw GantryException.Conflict($"container {entry.Id} is not running");
        var pids = process.Pids().ToHashSet();
        var arguments = psArguments.Length > 0 ? psArguments.Split(' ', StringSplitOptions.RemoveEmptyEntries) : ["-ef"];
        using var ps = Process.Start(new ProcessStartInfo("ps", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new GantryException(ErrorKind.Unavailable, "ps is missing on the host: install the package procps");
        var output = await ps.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await ps.StandardError.ReadToEndAsync(cancellationToken);
        await ps.WaitForExitAsync(cancellationToken);
        if (ps.ExitCode != 0)
        {
            throw GantryException.Invalid($"ps: {error.Trim().Split('\n')[0]}");
        }

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var titles = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var column = Array.IndexOf(titles, "PID");
        if (column < 0)
        {
            throw new GantryException(ErrorKind.Internal, "Couldn't find PID field in ps output");
        }

        var rows = lines.Skip(1)
            .Select(line => Fields(line, titles.Length))
            .Where(fields => fields.Count > column && int.TryParse(fields[column], CultureInfo.InvariantCulture, out var pid) && pids.Contains(pid));
        Publish(entry.Container, "top");
        return (titles, [.. rows]);
    }

    // The last column is a command line: it keeps its blanks.
    private static IReadOnlyList<string> Fields(string line, int count)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length <= count ? fields : [.. fields[..(count - 1)], string.Join(' ', fields[(count - 1)..])];
    }
}

using Gantry.Api;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;

namespace Gantry.Cli.Terminal;

/// <summary>Shows progress lines as docker does: one line an ID, redrawn in place on a terminal; else only what changes.</summary>
internal sealed class ProgressDisplay(TextWriter output, bool terminal)
{
    private readonly Dictionary<string, int> rows = [];

    /// <exception cref="ExitException">A line reported an error.</exception>
    public async Task ShowAsync(IAsyncEnumerable<JsonMessage> lines, CancellationToken cancellationToken)
    {
        await foreach (var line in lines.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if ((line.ErrorDetail?.Message ?? line.Error) is { } error)
            {
                await output.FlushAsync(cancellationToken).ConfigureAwait(false);
                throw new ExitException(1, error);
            }

            if (line.Stream is { } text)
            {
                output.Write(text);
            }
            else if (line.Status is not null)
            {
                Show(line);
            }

            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Show(JsonMessage line)
    {
        if (!terminal)
        {
            // A bar that is only redrawn says nothing in a file.
            if (line.ProgressDetail is not { Current: > 0 } && line.Progress is null or "")
            {
                output.WriteLine(line.Id is { Length: > 0 } id ? $"{id}: {line.Status}" : line.Status);
            }

            return;
        }

        if (line.Id is not { Length: > 0 } key || line is { ProgressDetail: null, Progress: null } && !rows.ContainsKey(line.Id))
        {
            output.WriteLine(line.Id is { Length: > 0 } name ? $"{name}: {line.Status}" : line.Status);
            rows.Clear();
            return;
        }

        if (!rows.TryGetValue(key, out var row))
        {
            rows[key] = row = rows.Count;
            output.WriteLine();
        }

        var up = rows.Count - row;
        output.Write($"\e[{up}A\e[2K\r{key}: {line.Status} {Bar(line.ProgressDetail)}\r\e[{up}B");
    }

    private static string Bar(ProgressDetail? progress)
    {
        if (progress is not { Current: > 0 })
        {
            return "";
        }

        if (progress.Total <= 0)
        {
            return Human.Size(progress.Current, 4);
        }

        var filled = (int)Math.Min(50, progress.Current * 50 / progress.Total);
        var bar = filled >= 50 ? new string('=', 50) : (new string('=', filled) + ">").PadRight(50);
        return $"[{bar}]  {Human.Size(progress.Current, 4)}/{Human.Size(progress.Total, 4)}";
    }
}

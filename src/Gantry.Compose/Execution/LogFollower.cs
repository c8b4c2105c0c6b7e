using Gantry.Client;
using Gantry.Compose.Output;
using Gantry.Core;

namespace Gantry.Compose.Execution;

/// <summary>Copies a container's log to a printer, through restarts when following.</summary>
internal sealed class LogFollower(GantryClient client)
{
    /// <returns>The exit code, null when the container still runs or is gone.</returns>
    public async Task<int?> CopyAsync(string container, LogOptions options, LogPrinter.Source source, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var before = await client.Containers.InspectAsync(container, cancellationToken).ConfigureAwait(false);
                var reached = DateTimeOffset.UtcNow;
                await foreach (var frame in client.Containers.LogsAsync(container, before.Config.Tty, options, cancellationToken).ConfigureAwait(false))
                {
                    source.Write(frame.Bytes.Span);
                    reached = DateTimeOffset.UtcNow;
                }

                source.End();
                if (!options.Follow)
                {
                    return null;
                }

                var after = await client.Containers.InspectAsync(container, cancellationToken).ConfigureAwait(false);
                if (after.State is { Running: false, Restarting: false })
                {
                    return after.State.ExitCode;
                }

                // Restarted under our hands: go on behind what was seen.
                options = options with { Since = (reached.ToUnixTimeMilliseconds() / 1000.0).ToString("F3", System.Globalization.CultureInfo.InvariantCulture), Tail = null };
                await Task.Delay(100, cancellationToken).ConfigureAwait(false);
            }
            catch (GantryException problem) when (problem.Kind == ErrorKind.NotFound)
            {
                return null;
            }
        }
    }
}

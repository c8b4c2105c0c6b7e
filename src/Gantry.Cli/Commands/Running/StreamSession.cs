using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;
using Gantry.Client.Streams;

namespace Gantry.Cli.Commands.Running;

/// <summary>Joins our standard streams with those of a container or exec instance until its output ends or the user detaches.</summary>
internal sealed class StreamSession
{
    /// <summary>Whether the container has a terminal: raw input, one output stream.</summary>
    public required bool Terminal { get; init; }

    public required bool Stdin { get; init; }

    public required bool Stdout { get; init; }

    public required bool Stderr { get; init; }

    public required DetachKeys DetachKeys { get; init; }

    /// <summary>Returns false when the user detached.</summary>
    public async Task<bool> RunAsync(CommandContext context, HijackedStream stream, CancellationToken cancellationToken)
    {
        using var raw = Terminal && Stdin && context.Console.InputIsTerminal ? new RawInput() : null;
        await context.Out.FlushAsync(cancellationToken).ConfigureAwait(false);
        var output = CopyOutputAsync(context, stream, cancellationToken);
        if (!Stdin)
        {
            await output.ConfigureAwait(false);
            return true;
        }

        // A blocked read of our input cannot be taken back; the process ends without waiting for it.
        var input = Task.Run(() => CopyInputAsync(context, stream, cancellationToken), CancellationToken.None);
        var first = await Task.WhenAny(output, input).ConfigureAwait(false);
        if (first == input && await input.ConfigureAwait(false))
        {
            return false;
        }

        await output.ConfigureAwait(false);
        return true;
    }

    private async Task CopyOutputAsync(CommandContext context, HijackedStream stream, CancellationToken cancellationToken)
    {
        try
        {
            if (!Terminal)
            {
                await MultiplexedStream.CopyAsync(
                    stream, Stdout ? context.Console.Output : null, Stderr ? context.Console.ErrorOutput : null, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await stream.CopyToAsync(Stdout ? context.Console.Output : Stream.Null, 32 * 1024, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IOException) when (!cancellationToken.IsCancellationRequested)
        {
            // The daemon or our reader went away: what counts now is the exit code.
        }
    }

    // Returns whether the user detached.
    private async Task<bool> CopyInputAsync(CommandContext context, HijackedStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            for (int count; (count = await context.Console.Input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                if (!Terminal)
                {
                    await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                    continue;
                }

                var keys = DetachKeys.Filter(buffer.AsSpan(0, count), out var detached);
                await stream.WriteAsync(keys, cancellationToken).ConfigureAwait(false);
                if (detached)
                {
                    return true;
                }
            }

            await stream.CloseWriteAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The container has closed its input.
        }

        return false;
    }
}

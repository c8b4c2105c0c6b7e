using Gantry.Cli.CommandLine;
using Gantry.Client.Streams;
using Gantry.Core;

namespace Gantry.Cli.Commands.Host;

/// <summary>Proxy the stdio stream to the daemon connection: the far side of <c>ssh://</c>.</summary>
internal static class DialStandardStreamsCommand
{
    public static Command Create() => new()
    {
        Usage = "dial-stdio",
        Summary = "Proxy the stdio stream to the daemon connection. Should not be invoked manually.",
        Hidden = true,
        Action = async (context, _, cancellationToken) =>
        {
            using var connection = await DialAsync(context, cancellationToken).ConfigureAwait(false);
            var sending = SendAsync(context.Console.Input, connection, cancellationToken);

            // The daemon's end is ours; the client's is only the end of its input.
            await CopyAsync(connection.Stream, context.Console.Output, cancellationToken).ConfigureAwait(false);
            if (sending.IsCompleted)
            {
                await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return 0;
        },
    };

    private static async Task<RawConnection> DialAsync(CommandContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await context.Client.DialAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (GantryException e)
        {
            throw new GantryException(e.Kind, $"failed to open the raw stream connection: {e.Message}", e);
        }
    }

    // Reading a terminal or pipe cannot be cancelled, so it gets a thread that the process's end takes along.
    private static Task SendAsync(Stream input, RawConnection connection, CancellationToken cancellationToken) => Task.Run(async () =>
    {
        await CopyAsync(input, connection.Stream, cancellationToken).ConfigureAwait(false);
        await connection.CloseWriteAsync().ConfigureAwait(false);
    }, cancellationToken);

    private static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            await to.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}

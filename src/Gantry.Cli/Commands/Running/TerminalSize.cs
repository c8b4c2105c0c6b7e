using System.Runtime.InteropServices;
using Gantry.Cli.CommandLine;
using Gantry.Core;

namespace Gantry.Cli.Commands.Running;

/// <summary>Keeps the container's terminal as large as ours.</summary>
internal sealed class TerminalSize : IDisposable
{
    private readonly PosixSignalRegistration registration;

    private TerminalSize(PosixSignalRegistration registration) => this.registration = registration;

    /// <param name="resize">Sets height and width.</param>
    public static async Task<TerminalSize> FollowAsync(CommandContext context, Func<int, int, Task> resize)
    {
        await TryAsync(context, resize).ConfigureAwait(false);
        return new TerminalSize(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => TryAsync(context, resize).GetAwaiter().GetResult()));
    }

    public void Dispose() => registration.Dispose();

    private static async Task TryAsync(CommandContext context, Func<int, int, Task> resize)
    {
        try
        {
            var (rows, columns) = context.Console.Size;
            await resize(rows, columns).ConfigureAwait(false);
        }
        catch (GantryException)
        {
            // Not running yet, or no more.
        }
    }
}

using Gantry.Linux.Terminals;

namespace Gantry.Cli.Terminal;

/// <summary>Raw mode of the terminal for as long as it lives, also when the process ends early.</summary>
internal sealed class RawInput : IDisposable
{
    private readonly TerminalMode mode = TerminalMode.MakeRaw(0);
    private int restored;

    public RawInput() => AppDomain.CurrentDomain.ProcessExit += OnExit;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref restored, 1) == 0)
        {
            mode.Restore();
            AppDomain.CurrentDomain.ProcessExit -= OnExit;
        }
    }

    private void OnExit(object? sender, EventArgs e) => Dispose();
}

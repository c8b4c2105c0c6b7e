using System.Runtime.InteropServices;
using Gantry.Linux;

namespace Gantry.Daemon.Hosting;

/// <summary>
/// The signals of a daemon, from its first moment: SIGTERM and SIGINT end it, at whatever it is, and SIGHUP reloads it; one that
/// comes before there is anything to reload counts when there is.
/// </summary>
internal sealed class DaemonSignals : IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource<PosixSignal> stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private readonly PosixSignalRegistration[] registrations;
    private Action? reload;
    private bool hungUp;

    public DaemonSignals()
    {
        SignalMask.Heed(Signal.SIGHUP, Signal.SIGINT, Signal.SIGTERM);
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnStop),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnStop),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnHangUp),
        ];
    }

    /// <summary>Cancelled by the signal that ends the daemon.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>The signal that ends the daemon, when it came.</summary>
    public Task<PosixSignal> Stopped => stop.Task;

    /// <summary>What SIGHUP does from now on; done at once when one came already. Never twice at the same time.</summary>
    public void OnReload(Action action)
    {
        lock (gate)
        {
            reload = action;
            if (hungUp)
            {
                action();
            }
        }
    }

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        stopping.Dispose();
    }

    private void OnStop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (stop.TrySetResult(context.Signal))
        {
            stopping.Cancel();
        }
    }

    private void OnHangUp(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (gate)
        {
            hungUp = true;
            reload?.Invoke();
        }
    }
}

using System.Runtime.InteropServices;
using Gantry.Core;
using Gantry.Linux;

namespace Gantry.Cli.Commands.Running;

/// <summary>Passes the signals we get on to the container for as long as it lives.</summary>
internal sealed class SignalProxy : IDisposable
{
    // Linux numbers for what PosixSignal has no name for.
    private const int SIGUSR1 = 10;
    private const int SIGUSR2 = 12;

    private static readonly (PosixSignal Signal, string Name)[] Forwarded =
    [
        (PosixSignal.SIGHUP, "HUP"), (PosixSignal.SIGINT, "INT"), (PosixSignal.SIGQUIT, "QUIT"), (PosixSignal.SIGTERM, "TERM"),
        ((PosixSignal)SIGUSR1, "USR1"), ((PosixSignal)SIGUSR2, "USR2"),
    ];

    private const int PatienceSignals = 3;

    private readonly List<PosixSignalRegistration> registrations = [];
    private int terminations;

    /// <param name="kill">Sends a signal by name.</param>
    public SignalProxy(Func<string, Task> kill)
    {
        // A script's "&" has them ignored; docker passes them on all the same. What nohup asks for stays.
        SignalMask.Heed(Signal.SIGINT, Signal.SIGQUIT);
        foreach (var (signal, name) in Forwarded)
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                if (name is "INT" or "TERM" && Interlocked.Increment(ref terminations) == PatienceSignals)
                {
                    // The container does not listen, and its user has asked often enough.
                    Console.Error.WriteLine("\ngot 3 SIGTERM/SIGINTs, forcefully exiting");
                    Environment.Exit(1);
                }

                Send(kill, name);
            }));
        }
    }

    public void Dispose() => registrations.ForEach(r => r.Dispose());

    private static void Send(Func<string, Task> kill, string name)
    {
        try
        {
            kill(name).GetAwaiter().GetResult();
        }
        catch (GantryException)
        {
            // Not running yet, or no more.
        }
    }
}

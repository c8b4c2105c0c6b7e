using Gantry.Linux;
using Gantry.Monitor.Logs;
using Gantry.Monitor.Protocol;
using Gantry.Monitor.Streams;

namespace Gantry.Monitor;

/// <summary>
/// Keeps one process of a container: its stdio, log, exit and attached clients. One thread, one poll(2) loop. It outlives the daemon;
/// what a later daemon needs is in the state folder: the control socket and, at the end, the exit file.
/// </summary>
internal sealed partial class ProcessMonitor
{
    private const int ReadSize = 64 * 1024;

    // After the main process has ended, others may hold its output open (a background job of an exec). They are not waited for.
    private const int QuietMilliseconds = 250;
    private const int DefaultPatience = 5 * 60 * 1000;

    private readonly int children;
    private readonly List<ControlConnection> controls = [];
    private readonly List<AttachedClient> clients = [];
    private readonly byte[] frame = GC.AllocateUninitializedArray<byte>(8 + ReadSize);

    private LaunchText launch = new();
    private Phase phase = Phase.Idle;
    private JsonFileLog? log;
    private InputPipe? input;
    private int listener = -1;
    private int consoleListener = -1;
    private int stdout = -1;
    private int stderr = -1;
    private int patience = DefaultPatience;

    private int runtimePid;
    private int processPid;
    private bool started;
    private bool reaped;
    private WaitStatus status;
    private long endedAt;
    private long quietSince;

    public ProcessMonitor(int children, int control)
    {
        this.children = children;
        controls.Add(new ControlConnection(control) { Subscribed = true });
    }

    /// <summary>Where the process is in its life.</summary>
    private enum Phase
    {
        /// <summary>Waiting for Launch.</summary>
        Idle,

        /// <summary>The runtime's "create" runs.</summary>
        Creating,

        /// <summary>Waiting for Start. An exec has no process yet.</summary>
        Created,

        /// <summary>The runtime's "start" or "exec" runs.</summary>
        Starting,

        Running,

        /// <summary>The exit is told; slow clients are still served.</summary>
        Ended,
    }

    private bool IsExec => launch.Has(LaunchText.Process);

    private bool Terminal => launch.Has(LaunchText.Terminal);

    public void Run()
    {
        while (phase != Phase.Ended || clients.Count > 0)
        {
            if (controls.Count == 0 && (phase == Phase.Idle || (phase == Phase.Created && IsExec)))
            {
                // A spare one, or an exec not yet started, whose daemon is gone.
                return;
            }

            Turn();
        }
    }

    /// <summary>The process has ended and so has its output, as far as anyone waits for it: log, exit file, then the news.</summary>
    private void EndIfDone()
    {
        if (!reaped || phase is Phase.Creating or Phase.Starting or Phase.Ended)
        {
            return;
        }

        var quiet = Descriptors.Milliseconds() - quietSince >= QuietMilliseconds;
        if ((stdout >= 0 || stderr >= 0) && !quiet)
        {
            return;
        }

        CloseOutput(ref stdout);
        CloseOutput(ref stderr);
        log?.End();
        TellExit(status.ExitCode, OomKilled());
        phase = Phase.Ended;
    }

    private void CloseOutput(ref int fd)
    {
        CloseDescriptor(ref fd);
        if (Terminal)
        {
            // The master was both ways.
            input = null;
        }
    }

    private static void CloseDescriptor(ref int fd)
    {
        if (fd >= 0)
        {
            _ = Descriptors.Close(fd);
            fd = -1;
        }
    }
}

using System.Buffers.Binary;
using System.Text;
using Gantry.Linux;
using Gantry.Monitor.Logs;
using Gantry.Monitor.Protocol;
using Gantry.Monitor.Streams;

namespace Gantry.Monitor;

/// <content>Running the OCI runtime and reaping.</content>
internal sealed partial class ProcessMonitor
{
    private static readonly string[] RuntimeEnvironment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];

    // What the process inherits: closed here once the runtime has them.
    private readonly int[] inherited = [-1, -1, -1];
    private int directory = -1;
    private int errors = -1;

    private string InDirectory(string name) => launch.Find(LaunchText.Directory) + "/" + name;

    private void Launch(LaunchText text)
    {
        launch = text;
        if (text.Find(LaunchText.Log) is { } path)
        {
            var file = new RotatingFile(path, text.Number(LaunchText.LogSize), (int)text.Number(LaunchText.LogFiles), text.Has(LaunchText.LogCompress));
            log = new JsonFileLog(file, text.Find(LaunchText.LogAttributes));
        }

        if (text.Number(LaunchText.Patience) is > 0 and var milliseconds)
        {
            patience = (int)milliseconds;
        }

        if (text.Has(LaunchText.Columns))
        {
            pendingSize = ((ushort)text.Number(LaunchText.Columns), (ushort)text.Number(LaunchText.Rows));
        }

        directory = Descriptors.Open(launch.Find(LaunchText.Directory) ?? "/", Descriptors.O_RDONLY | Descriptors.O_DIRECTORY);
        var error = Prepare();
        if (error < 0)
        {
            TellFailure(1, "cannot prepare the process's stdio: errno " + (-error).ToString());
            return;
        }

        if (IsExec)
        {
            phase = Phase.Created;
            TellPid(MessageKind.Created);
            return;
        }

        phase = Phase.Creating;
        RunRuntime(["create", "--bundle", launch.Find(LaunchText.Directory)!, "--pid-file", InDirectory("pid")], launch.Has(LaunchText.Hide));
    }

    /// <summary>Pipes or the socket that the terminal arrives on, and the control socket for later connections.</summary>
    private int Prepare()
    {
        // Paths in the state folder may be longer than a socket address: go through the open folder.
        var here = "/proc/self/fd/" + directory.ToString() + "/";
        listener = UnixSocket.Listen(here + "control", 64);
        if (listener < 0)
        {
            return listener;
        }

        if (Terminal)
        {
            consoleListener = UnixSocket.Listen(here + "console", 1);
            return consoleListener < 0 ? consoleListener : Descriptors.Pipe(out errors, out inherited[2]);
        }

        var result = Descriptors.Pipe(out stdout, out inherited[1]);
        result = result < 0 ? result : Descriptors.Pipe(out stderr, out inherited[2]);
        if (result >= 0 && launch.Has(LaunchText.Stdin))
        {
            result = Descriptors.Pipe(out inherited[0], out var stdin);
            _ = Descriptors.SetNonBlocking(stdin);
            input = new InputPipe(stdin, terminal: false);
        }

        _ = Descriptors.SetNonBlocking(stdout);
        _ = Descriptors.SetNonBlocking(stderr);
        errors = stderr;
        return result;
    }

    private void RunRuntime(string[] command, bool hide)
    {
        var arguments = new List<string> { "runtime", "--root", launch.Find(LaunchText.Root)! };
        arguments.AddRange(command);
        if (Terminal && command[0] != "start")
        {
            arguments.Add("--console-socket");
            arguments.Add("/proc/" + Environment.ProcessId.ToString() + "/fd/" + directory.ToString() + "/console");
        }

        arguments.Add(launch.Find(LaunchText.Id)!);
        var descriptors = new List<(int, int)>();
        for (var number = 0; number <= 2; number++)
        {
            if (inherited[number] >= 0)
            {
                descriptors.Add((inherited[number], number));
            }
        }

        var original = hide ? HiddenUnified.Enter() : -1;
        runtimePid = ChildProcess.Spawn(new SpawnRequest
        {
            Path = launch.Find(LaunchText.Runtime)!,
            Arguments = arguments.ToArray(),
            Environment = RuntimeEnvironment,
            Descriptors = descriptors.ToArray(),
        });
        if (original >= 0)
        {
            _ = HiddenUnified.Leave(original);
        }

        if (runtimePid < 0)
        {
            TellFailure(1, "cannot run " + launch.Find(LaunchText.Runtime) + ": errno " + (-runtimePid).ToString());
            return;
        }

        if (IsExec && pendingSize is not null)
        {
            // crun sizes the terminal while its child is on the way to the program, which may look at once.
            ChildProcess.Favour(runtimePid);
        }

        for (var number = 0; number <= 2; number++)
        {
            CloseDescriptor(ref inherited[number]);
        }
    }

    private void Start()
    {
        if (IsExec)
        {
            phase = Phase.Starting;
            RunRuntime(["exec", "--detach", "--process", launch.Find(LaunchText.Process)!, "--pid-file", InDirectory("pid")], hide: false);
        }
        else if (launch.Has(LaunchText.Fifo) && OpenFifo())
        {
            ConfirmStart();
        }
        else
        {
            phase = Phase.Starting;
            if (Terminal)
            {
                CloseDescriptor(ref errors);
            }

            _ = Descriptors.Pipe(out errors, out inherited[2]);
            RunRuntime(["start"], hide: false);
        }
    }

    /// <summary>All that "crun start" does for a container without hooks: the init waits for a byte in a fifo, whose absence means "running".</summary>
    private bool OpenFifo()
    {
        var path = launch.Find(LaunchText.Root) + "/" + launch.Find(LaunchText.Id) + "/exec.fifo";
        var fifo = Descriptors.Open(path, Descriptors.O_WRONLY | Descriptors.O_NONBLOCK);
        if (fifo < 0)
        {
            return false;
        }

        _ = Descriptors.Unlink(path);
        var written = Descriptors.Write(fifo, "\0"u8);
        _ = Descriptors.Close(fifo);
        return written == 1;
    }

    private void ConfirmStart()
    {
        phase = Phase.Running;
        started = true;
        TellPid(MessageKind.Started);
        foreach (var home in launch.All(LaunchText.Home))
        {
            var fd = Descriptors.Open(home, Descriptors.O_WRONLY);
            _ = Descriptors.Write(fd, "0"u8);
            _ = Descriptors.Close(fd);
        }
    }

    private void ReapChildren()
    {
        Span<byte> information = stackalloc byte[128];
        while (Descriptors.Read(children, information) > 0)
        {
        }

        while (ChildProcess.Wait(-1, block: false, out var ended) is > 0 and var pid)
        {
            if (pid == runtimePid)
            {
                runtimePid = 0;
                RuntimeEnded(ended);
            }
            else if (pid == processPid)
            {
                NoteEnd(ended);
            }
            else if (processPid == 0)
            {
                // An exec's process that ended before the runtime told its pid.
                early.Add((pid, ended));
            }
        }
    }

    private readonly List<(int Pid, WaitStatus Status)> early = [];

    private void NoteEnd(WaitStatus ended)
    {
        (status, reaped, endedAt, quietSince) = (ended, true, Descriptors.RealTime(), Descriptors.Milliseconds());
        if (launch.Find(LaunchText.Members) is { } members)
        {
            KillMembers(members);
        }
    }

    private void RuntimeEnded(WaitStatus ended)
    {
        if (phase == Phase.Creating && ended.ExitCode == 0)
        {
            processPid = ReadPid();
            DiscardWarnings();
            phase = Phase.Created;
            TellPid(MessageKind.Created);
            foreach (var connection in controls)
            {
                if (connection.Subscribed && connection != controls[0])
                {
                    TellState(connection);
                }
            }
        }
        else if (phase == Phase.Starting && ended.ExitCode == 0)
        {
            processPid = IsExec ? ReadPid() : processPid;
            ConfirmStart();
        }
        else
        {
            TellFailure(ended.ExitCode, ReadErrors());
            return;
        }

        foreach (var (pid, status) in early)
        {
            if (pid == processPid)
            {
                NoteEnd(status);
            }
        }

        early.Clear();
    }

    /// <summary>Before the process runs, only the runtime can have written to its stderr.</summary>
    private void DiscardWarnings()
    {
        if (errors >= 0)
        {
            _ = Descriptors.SetNonBlocking(errors);
            _ = Descriptors.Read(errors, frame.AsSpan(8));
        }
    }

    private string ReadErrors()
    {
        _ = Descriptors.SetNonBlocking(errors);
        var count = Descriptors.Read(errors, frame.AsSpan(8));
        return count > 0 ? Encoding.UTF8.GetString(frame, 8, count) : "";
    }

    private int ReadPid()
    {
        Span<byte> text = stackalloc byte[16];
        var fd = Descriptors.Open(InDirectory("pid"), Descriptors.O_RDONLY);
        var count = Descriptors.Read(fd, text);
        _ = Descriptors.Close(fd);
        var pid = 0;
        for (var i = 0; i < count && text[i] is >= (byte)'0' and <= (byte)'9'; i++)
        {
            pid = (pid * 10) + (text[i] - '0');
        }

        return pid;
    }

    private void AcceptConsole()
    {
        var connection = UnixSocket.Accept(consoleListener);
        if (connection < 0)
        {
            return;
        }

        Poller.WaitReadable(connection, 1000);
        var master = UnixSocket.ReceiveDescriptor(connection);
        _ = Descriptors.Close(connection);
        CloseDescriptor(ref consoleListener);
        if (master < 0)
        {
            return;
        }

        _ = Descriptors.SetNonBlocking(master);
        stdout = master;
        input = new InputPipe(master, terminal: true);
        if (pendingSize is { } size)
        {
            _ = PseudoTerminal.SetSize(master, size.Columns, size.Rows);
        }
    }

    private void TellFailure(int code, string message)
    {
        var text = Encoding.UTF8.GetBytes(message);
        // The last words are the reason.
        text = text.Length > 500 ? text[^500..] : text;
        var payload = new byte[4 + text.Length];
        BinaryPrimitives.WriteInt32LittleEndian(payload, code);
        text.CopyTo(payload, 4);

        // The folder may be removed as soon as this is told.
        WriteExit(128, oomKilled: false);
        Tell(MessageKind.Failed, payload);
        phase = Phase.Ended;
    }
}

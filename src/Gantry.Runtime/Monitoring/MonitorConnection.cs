using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Monitor.Protocol;

namespace Gantry.Runtime.Monitoring;

/// <summary>The daemon's end of a monitor's control socket. Requests go one at a time; the exit, and the connection's end, come unasked.</summary>
internal sealed class MonitorConnection : IAsyncDisposable
{
    private const int HeaderLength = 5;

    private readonly Socket socket;
    private readonly int pid;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly TaskCompletionSource<ProcessExit?> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task receiving;
    private TaskCompletionSource<MonitorReply>? waiting;
    private Task abandoned = Task.CompletedTask;

    /// <param name="pid">The monitor, when it is this process's child and has to be reaped; else 0.</param>
    private MonitorConnection(Socket socket, int pid)
    {
        (this.socket, this.pid) = (socket, pid);
        receiving = ReceiveAsync();
    }

    /// <summary>The exit; null when the monitor went away without telling one.</summary>
    public Task<ProcessExit?> Ended => ended.Task;

    /// <summary>Starts a monitor that waits for its Launch.</summary>
    public static MonitorConnection Spawn(string monitorPath)
    {
        var error = UnixSocket.Pair(out var ours, out var theirs);
        if (error < 0)
        {
            throw new LinuxException("socketpair", (Errno)(-error));
        }

        var pid = ChildProcess.Spawn(new SpawnRequest
        {
            Path = monitorPath,
            Arguments = ["gantry-monitor"],
            // The native program ignores it; run by the JIT, as in unit tests, it would leave a debugger's pipes in /tmp when it is killed.
            Environment = ["DOTNET_EnableDiagnostics=0"],
            Descriptors = [(theirs, 3)],
            NewSession = true,
            BlockedSignals = [Signal.SIGCHLD, Signal.SIGPIPE],
        });
        _ = Descriptors.Close(theirs);
        var socket = new Socket(new SafeSocketHandle(ours, ownsHandle: true));
        if (pid < 0)
        {
            socket.Dispose();
            throw new GantryException(ErrorKind.Internal, $"cannot start {monitorPath}: {new LinuxException("posix_spawn", (Errno)(-pid)).Message}");
        }

        return new MonitorConnection(socket, pid);
    }

    /// <summary>Connects to the monitor of a state folder; null when none listens.</summary>
    public static MonitorConnection? TryConnect(string directory)
    {
        var socket = ControlSocket.TryConnect(directory);
        return socket is null ? null : new MonitorConnection(socket, 0);
    }

    public Task<MonitorReply> LaunchAsync(LaunchText text) => RequestAsync(MessageKind.Launch, text.ToPayload(), CancellationToken.None);

    public Task<MonitorReply> RequestAsync(MessageKind kind, CancellationToken cancellationToken) => RequestAsync(kind, ReadOnlyMemory<byte>.Empty, cancellationToken);

    public async Task<MonitorReply> RequestAsync(MessageKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var reply = new TaskCompletionSource<MonitorReply>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = reply;
            if (ended.Task.IsCompleted || !await TrySendAsync(kind, payload))
            {
                return MonitorReply.Gone;
            }

            // The answer must be taken off before the next request, so a caller's cancel does not end this wait.
            return await reply.Task;
        }
        finally
        {
            waiting = null;
            turn.Release();
        }
    }

    public async Task SendAsync(MessageKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            await TrySendAsync(kind, payload);
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        await receiving;
        turn.Dispose();
    }

    private async Task<bool> TrySendAsync(MessageKind kind, ReadOnlyMemory<byte> payload)
    {
        var message = new byte[HeaderLength + payload.Length];
        message[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(1), payload.Length);
        payload.CopyTo(message.AsMemory(HeaderLength));
        try
        {
            for (var sent = 0; sent < message.Length;)
            {
                sent += await socket.SendAsync(message.AsMemory(sent), SocketFlags.None);
            }

            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[1024];
        var length = 0;
        while (true)
        {
            var count = await ReceiveSomeAsync(buffer.AsMemory(length));
            if (count <= 0)
            {
                ended.TrySetResult(null);
                waiting?.TrySetResult(MonitorReply.Gone);
                Reap(processEnded: count == 0);
                return;
            }

            length += count;
            while (length >= HeaderLength && BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(1)) + HeaderLength is var whole && length >= whole)
            {
                var message = buffer.AsSpan(0, whole);
                if ((MessageKind)message[0] == MessageKind.Exited)
                {
                    ended.TrySetResult(ReadExit(message[HeaderLength..]));
                }
                else
                {
                    waiting?.TrySetResult(MonitorReply.Read((MessageKind)message[0], message[HeaderLength..]));
                }

                buffer.AsSpan(whole, length - whole).CopyTo(buffer);
                length -= whole;
            }
        }
    }

    /// <summary>0 when the monitor has ended, -1 when this side closed the connection.</summary>
    private async Task<int> ReceiveSomeAsync(Memory<byte> buffer)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, SocketFlags.None);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return -1;
        }
    }

    /// <summary>
    /// The socket ends with the process. When this side closed it, the process may go on for its slow clients, or for ever: then it is
    /// looked after at growing intervals, so that a living daemon keeps no zombie.
    /// </summary>
    private void Reap(bool processEnded)
    {
        if (pid <= 0 || ChildProcess.Wait(pid, block: processEnded, out _) != 0)
        {
            return;
        }

        var interval = TimeSpan.FromMilliseconds(5);
        abandoned = Task.Run(async () =>
        {
            while (ChildProcess.Wait(pid, block: false, out _) == 0)
            {
                await Task.Delay(interval);
                interval = TimeSpan.FromMilliseconds(Math.Min(interval.TotalMilliseconds * 2, 10_000));
            }
        });
    }

    private static ProcessExit ReadExit(ReadOnlySpan<byte> payload)
    {
        var nanoseconds = BinaryPrimitives.ReadInt64LittleEndian(payload[4..]);
        return new ProcessExit(BinaryPrimitives.ReadInt32LittleEndian(payload), DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100), payload[12] != 0);
    }
}

/// <summary>A monitor's answer. Number: pid, errno or exit code, by kind.</summary>
internal readonly record struct MonitorReply(MessageKind Kind, int Number, string Text, bool Flag)
{
    /// <summary>The monitor has gone.</summary>
    public static MonitorReply Gone => new(0, 0, "the monitor has ended", false);

    public static MonitorReply Read(MessageKind kind, ReadOnlySpan<byte> payload) => kind switch
    {
        MessageKind.State => new MonitorReply(kind, BinaryPrimitives.ReadInt32LittleEndian(payload[1..]), "", payload[0] != 0),
        MessageKind.Failed => new MonitorReply(kind, BinaryPrimitives.ReadInt32LittleEndian(payload), Encoding.UTF8.GetString(payload[4..]), false),
        _ => new MonitorReply(kind, payload.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(payload) : 0, "", false),
    };
}

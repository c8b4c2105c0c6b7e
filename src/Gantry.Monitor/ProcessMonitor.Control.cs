using System.Buffers.Binary;
using Gantry.Linux;
using Gantry.Monitor.Protocol;
using Gantry.Monitor.Streams;

namespace Gantry.Monitor;

/// <content>Messages from the daemon.</content>
internal sealed partial class ProcessMonitor
{
    // Terminal size asked for before the terminal exists.
    private (ushort Columns, ushort Rows)? pendingSize;

    private void Serve(ControlConnection connection)
    {
        while (true)
        {
            connection.Receive();
            if (!connection.TryTake(out var kind, out var payload))
            {
                return;
            }

            if (kind == MessageKind.Attach)
            {
                Attach(connection, payload.IsEmpty ? (byte)0 : payload[0]);
                return;
            }

            Handle(connection, kind, payload);
        }
    }

    private void Handle(ControlConnection connection, MessageKind kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case MessageKind.Launch when phase == Phase.Idle:
                Launch(LaunchText.Parse(payload));
                break;
            case MessageKind.Start when phase == Phase.Created:
                Start();
                break;
            case MessageKind.Resize when payload.Length == 4:
                Resize(BinaryPrimitives.ReadUInt16LittleEndian(payload), BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]));
                break;
            case MessageKind.Kill when payload.Length == 4:
                Span<byte> result = stackalloc byte[4];
                BinaryPrimitives.WriteInt32LittleEndian(result, Kill(BinaryPrimitives.ReadInt32LittleEndian(payload)));
                connection.Send(MessageKind.Done, result);
                break;
            case MessageKind.Hello:
                connection.Subscribed = true;
                TellState(connection);
                break;
        }
    }

    /// <summary>The connection becomes a client's; the byte tells it that from here on nothing is missed.</summary>
    private void Attach(ControlConnection connection, byte streams)
    {
        controls.Remove(connection);
        var client = new AttachedClient(connection.Fd, streams);
        if (UnixSocket.Send(client.Fd, "\x06"u8) == 1)
        {
            clients.Add(client);
        }
        else
        {
            _ = Descriptors.Close(client.Fd);
        }
    }

    private void Resize(ushort columns, ushort rows)
    {
        if (Terminal && stdout >= 0)
        {
            _ = PseudoTerminal.SetSize(stdout, columns, rows);
        }
        else
        {
            pendingSize = (columns, rows);
        }
    }

    // The number cannot have been given to another process: whoever is not reaped keeps it, and only this thread reaps.
    private int Kill(int signal) => reaped || processPid <= 0 ? (int)Errno.ESRCH : -ChildProcess.Kill(processPid, signal);

    private void TellState(ControlConnection connection)
    {
        if (phase is Phase.Idle or Phase.Creating)
        {
            // Tell is called again when it is created.
            return;
        }

        Span<byte> state = stackalloc byte[5];
        state[0] = started ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(state[1..], processPid);
        connection.Send(MessageKind.State, state);
    }

    private void Tell(MessageKind kind, ReadOnlySpan<byte> payload)
    {
        foreach (var connection in controls)
        {
            if (connection.Subscribed)
            {
                connection.Send(kind, payload);
            }
        }
    }

    private void TellPid(MessageKind kind)
    {
        Span<byte> pid = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(pid, processPid);
        Tell(kind, pid);
    }
}

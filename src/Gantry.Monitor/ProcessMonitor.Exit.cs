using System.Buffers.Binary;
using System.Text;
using Gantry.Linux;
using Gantry.Monitor.Protocol;

namespace Gantry.Monitor;

/// <content>The end: exit file, OOM, processes left behind.</content>
internal sealed partial class ProcessMonitor
{
    private void TellExit(int code, bool oomKilled)
    {
        WriteExit(code, oomKilled);
        Span<byte> payload = stackalloc byte[13];
        BinaryPrimitives.WriteInt32LittleEndian(payload, code);
        BinaryPrimitives.WriteInt64LittleEndian(payload[4..], endedAt);
        payload[12] = oomKilled ? (byte)1 : (byte)0;
        Tell(MessageKind.Exited, payload);
    }

    /// <summary>
    /// "code nanoseconds oom", written beside and renamed, so that a reader sees all or nothing. No fsync: the daemon's end does not touch the
    /// page cache, and after the machine's end no container is left whose exit would matter.
    /// </summary>
    private void WriteExit(int code, bool oomKilled)
    {
        endedAt = endedAt == 0 ? Descriptors.RealTime() : endedAt;
        var text = Encoding.UTF8.GetBytes(code.ToString() + " " + endedAt.ToString() + (oomKilled ? " 1\n" : " 0\n"));
        var fd = Descriptors.Open(InDirectory("exit.new"), Descriptors.O_WRONLY | Descriptors.O_CREAT | Descriptors.O_TRUNC, 0x180);
        if (fd >= 0 && Descriptors.WriteAll(fd, text) == 0)
        {
            _ = Descriptors.Rename(InDirectory("exit.new"), InDirectory("exit"));
        }

        _ = Descriptors.Close(fd);
    }

    /// <summary>Whether the kernel has killed anything in the container's memory cgroup: "oom_kill N" in memory.oom_control (v1) or memory.events (v2).</summary>
    private bool OomKilled()
    {
        if (launch.Find(LaunchText.OomFile) is not { } path)
        {
            return false;
        }

        var fd = Descriptors.Open(path, Descriptors.O_RDONLY);
        var count = Descriptors.Read(fd, frame);
        _ = Descriptors.Close(fd);
        var text = frame.AsSpan(0, Math.Max(0, count));
        var at = text.IndexOf("oom_kill "u8);
        return at >= 0 && at + 9 < text.Length && text[at + 9] is not (byte)'0';
    }

    /// <summary>In the host's pid namespace nothing else ends a container's other processes.</summary>
    private void KillMembers(string procs)
    {
        for (var round = 0; round < 100; round++)
        {
            var fd = Descriptors.Open(procs, Descriptors.O_RDONLY);
            var count = Descriptors.Read(fd, frame);
            _ = Descriptors.Close(fd);
            if (count <= 0)
            {
                return;
            }

            var pid = 0;
            foreach (var digit in frame.AsSpan(0, count))
            {
                if (digit is >= (byte)'0' and <= (byte)'9')
                {
                    pid = (pid * 10) + (digit - '0');
                }
                else if (pid > 0)
                {
                    _ = ChildProcess.Kill(pid, Signal.SIGKILL);
                    pid = 0;
                }
            }

            Poller.Wait([], 1);
            while (ChildProcess.Wait(-1, block: false, out _) > 0)
            {
            }
        }
    }
}

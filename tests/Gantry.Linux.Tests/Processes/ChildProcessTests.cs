using System.Text;

namespace Gantry.Linux.Tests.Processes;

public sealed class ChildProcessTests
{
    [Fact]
    public void Only_the_named_descriptors_reach_it_even_when_numbers_cross()
    {
        Descriptors.Pipe(out var readEnd, out var writeEnd);
        using var zero = File.OpenHandle("/dev/zero");
        var code = Run(
            ["sh", "-c", "for fd in 0 1 2 3 4 5 6 7 8 9; do test -e /proc/$$/fd/$fd && echo $fd $(readlink /proc/$$/fd/$fd | cut -d: -f1); done; exit 5"],
            [(writeEnd, 1), (writeEnd, 4), ((int)zero.DangerousGetHandle(), 3)]);
        _ = Descriptors.Close(writeEnd);
        var output = ReadAll(readEnd);
        Assert.Equal(5, code);
        Assert.Equal("0 /dev/null\n1 pipe\n2 /dev/null\n3 /dev/zero\n4 pipe\n", output);
    }

    [Fact]
    public void Signals_are_at_their_defaults_and_blocked_only_as_asked()
    {
        Descriptors.Pipe(out var readEnd, out var writeEnd);
        Run(["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"], [(writeEnd, 1)], Signal.SIGCHLD, Signal.SIGPIPE);
        _ = Descriptors.Close(writeEnd);
        Assert.Equal("SigBlk:\t0000000000011000\nSigIgn:\t0000000000000000\n", ReadAll(readEnd));
    }

    [Fact]
    public void A_missing_program_is_an_errno_and_a_killed_one_a_signal()
    {
        Assert.Equal(-(int)Errno.ENOENT, ChildProcess.Spawn(new SpawnRequest { Path = "/no/such", Arguments = ["x"], Environment = [], Descriptors = [] }));
        var pid = ChildProcess.Spawn(new SpawnRequest { Path = "/bin/busybox", Arguments = ["sleep", "100"], Environment = [], Descriptors = [] });
        using var descriptor = PidDescriptor.Find(pid)!;
        Assert.False(descriptor.WaitForEnd(TimeSpan.FromMilliseconds(1)));
        Assert.Equal(0, ChildProcess.Wait(pid, block: false, out _));
        Assert.True(descriptor.Signal(Signal.SIGKILL));
        Assert.True(descriptor.WaitForEnd(TimeSpan.FromSeconds(5)));
        Assert.Equal(pid, ChildProcess.Wait(pid, block: true, out var status));
        Assert.Equal((9, 137), (status.Signal, status.ExitCode));
        Assert.False(descriptor.Signal(Signal.SIGKILL));
        Assert.Equal(-(int)Errno.ECHILD, ChildProcess.Wait(pid, block: true, out _));
    }

    [Fact]
    public void A_favoured_child_goes_first_and_what_it_forks_does_not()
    {
        // Field 41 of proc_pid_stat(5) is the policy: 1 is SCHED_FIFO.
        Descriptors.Pipe(out var stdin, out var typing);
        Descriptors.Pipe(out var readEnd, out var writeEnd);
        var pid = ChildProcess.Spawn(new SpawnRequest
        {
            Path = "/bin/busybox",
            Arguments = ["sh", "-c", "read go; cut -d' ' -f41 /proc/$$/stat /proc/self/stat; exit"],
            Environment = ["PATH=/bin:/usr/bin"],
            Descriptors = [(stdin, 0), (writeEnd, 1)],
        });
        ChildProcess.Favour(pid);
        _ = Descriptors.Write(typing, "go\n"u8);
        _ = Descriptors.Close(writeEnd);
        Assert.Equal("1\n0\n", ReadAll(readEnd));
        Assert.Equal(pid, ChildProcess.Wait(pid, block: true, out _));
        _ = Descriptors.Close(stdin);
        _ = Descriptors.Close(typing);
    }

    private static int Run(string[] arguments, (int, int)[] descriptors, params int[] blocked)
    {
        var pid = ChildProcess.Spawn(new SpawnRequest
        {
            Path = "/bin/busybox",
            Arguments = arguments,
            Environment = ["PATH=/bin:/usr/bin"],
            Descriptors = descriptors,
            BlockedSignals = blocked,
        });
        _ = ChildProcess.Wait(pid, block: true, out var status);
        return status.ExitCode;
    }

    private static string ReadAll(int fd)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (Descriptors.Read(fd, buffer) is > 0 and var count)
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        _ = Descriptors.Close(fd);
        return text.ToString();
    }
}

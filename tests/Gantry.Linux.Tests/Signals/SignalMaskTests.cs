namespace Gantry.Linux.Tests.Signals;

public sealed class SignalMaskTests
{
    [Theory]
    [InlineData("trap : USR1", true)]
    [InlineData("trap '' USR1", true)]
    [InlineData("true", false)]
    public void A_process_heeds_what_it_catches_or_ignores(string command, bool heeds)
    {
        Descriptors.Pipe(out var readEnd, out var writeEnd);
        var pid = ChildProcess.Spawn(new SpawnRequest
        {
            Path = "/bin/busybox",
            Arguments = ["sh", "-c", command + "; echo ready; while :; do sleep 1; done"],
            Environment = ["PATH=/bin:/usr/bin"],
            Descriptors = [(writeEnd, 1)],
        });
        Span<byte> ready = stackalloc byte[16];
        Assert.Equal(6, Descriptors.Read(readEnd, ready));
        Assert.Equal(heeds, SignalMask.Heeds(pid, 10));
        _ = ChildProcess.Kill(pid, Signal.SIGKILL);
        _ = ChildProcess.Wait(pid, block: true, out _);
        Assert.True(SignalMask.Heeds(pid, 10), "who is gone says nothing any more");
        _ = Descriptors.Close(readEnd);
        _ = Descriptors.Close(writeEnd);
    }
}

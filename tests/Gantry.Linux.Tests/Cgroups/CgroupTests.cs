namespace Gantry.Linux.Tests.Cgroups;

[Trait("Ring", "integration")]
public sealed class CgroupTests
{
    [Fact]
    public void A_cgroup_is_emptied_and_removed_with_those_below()
    {
        var host = CgroupHost.Detect();
        var directory = host.ProcessDirectory("/gantry-linux-test")!;
        Directory.CreateDirectory(directory + "/below");
        var pid = ChildProcess.Spawn(new SpawnRequest { Path = "/bin/busybox", Arguments = ["sleep", "100"], Environment = [], Descriptors = [] });
        Assert.True(CgroupDirectory.TryWrite(directory + "/below/cgroup.procs", pid.ToString()));
        Assert.Equal([pid], CgroupDirectory.Processes(directory));
        _ = ChildProcess.Kill(pid, Signal.SIGKILL);
        _ = ChildProcess.Wait(pid, block: true, out _);
        CgroupDirectory.KillAll(directory);
        Assert.True(CgroupDirectory.Remove(directory));
        Assert.False(Directory.Exists(directory));
        Assert.True(CgroupDirectory.Remove(directory));
    }
}

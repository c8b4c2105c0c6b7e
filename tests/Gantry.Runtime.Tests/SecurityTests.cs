using Gantry.Core;

namespace Gantry.Runtime.Tests;

[Trait("Ring", "integration")]
public sealed class SecurityTests
{
    [Fact]
    public async Task By_default_namespaces_and_mounts_are_out_of_reach()
    {
        await using var host = new TestHost();
        foreach (var filter in (string[])["compiled by crun", "from the cache"])
        {
            File.Delete(host.LogPath);
            var (output, _) = await host.OutputAsync(host.Shell("unshare -U true; mount -t tmpfs x /tmp; grep Seccomp: /proc/self/status; hostname new"));
            Assert.Contains("unshare: unshare(0x10000000): Operation not permitted", output);
            Assert.Contains("mount: permission denied", output);
            Assert.Contains("Seccomp:\t2", output);
            Assert.Contains("hostname: sethostname: Operation not permitted", output);
            Assert.True(output.Contains("Seccomp:\t2"), filter);
        }
    }

    [Fact]
    public async Task The_second_container_takes_its_filter_from_the_first_and_so_do_execs()
    {
        await using var host = new TestHost();
        for (var round = 0; round < 2; round++)
        {
            File.Delete(host.LogPath);
            var spec = host.Spec("sleep", "1000");
            var container = await host.Runtime.CreateAsync(spec, default);
            await container.StartAsync(default);
            var config = File.ReadAllText(Path.Combine(host.Options.StateDirectory, spec.Id.ToString(), "config.json"));
            Assert.Equal(round == 1, config.Contains("run.oci.seccomp_bpf_data", StringComparison.Ordinal));
            await using var exec = await container.ExecAsync(
                new ExecSpec { ExecId = ContainerId.New().ToString(), Process = new ProcessSpec { Args = ["sh", "-c", "unshare -U true; grep Seccomp: /proc/self/status"], Env = ["PATH=/bin"] } }, default);
            await using var streams = await exec.AttachAsync(AttachStreams.All, default);
            await exec.StartAsync(default);
            Assert.Equal(("Seccomp:\t2\n", "unshare: unshare(0x10000000): Operation not permitted\n"), await StreamTests.FramesAsync(streams));
            await container.DeleteAsync(true, default);
        }
    }

    [Fact]
    public async Task Unconfined_seccomp_and_SYS_ADMIN_give_them_back()
    {
        await using var host = new TestHost();
        var spec = host.Shell("mount -t tmpfs x /tmp && grep Seccomp: /proc/self/status && unshare -U true && echo fine") with
        {
            SeccompProfile = "unconfined",
            CapabilitiesAdd = ["SYS_ADMIN"],
        };
        Assert.Equal(("Seccomp:\t0\nfine\n", 0), await host.OutputAsync(spec));
    }

    [Fact]
    public async Task A_profile_of_ones_own_is_used()
    {
        await using var host = new TestHost();
        var spec = host.Shell("mkdir /tmp/x; echo $?") with
        {
            SeccompProfile = """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":95}]}""",
        };
        Assert.Contains("Operation not supported", (await host.OutputAsync(spec)).Output);
        var bad = spec with { Id = ContainerId.New(), SeccompProfile = "{" };
        await Assert.ThrowsAsync<GantryException>(() => host.Runtime.CreateAsync(bad, default));
    }

    [Theory]
    [InlineData("", "", "00000000a80425fb")]
    [InlineData("NET_ADMIN", "CHOWN", "00000000a80435fa")]
    [InlineData("", "ALL", "0000000000000000")]
    [InlineData("cap_kill", "all", "0000000000000020")]
    public async Task Capabilities_are_Dockers_and_what_is_added_and_dropped(string add, string drop, string effective)
    {
        await using var host = new TestHost();
        var spec = host.Shell("grep -E 'Cap(Eff|Bnd)' /proc/self/status") with { CapabilitiesAdd = Split(add), CapabilitiesDrop = Split(drop) };
        Assert.Equal(($"CapEff:\t{effective}\nCapBnd:\t{effective}\n", 0), await host.OutputAsync(spec));
        var unknown = spec with { Id = ContainerId.New(), CapabilitiesAdd = ["FLY"] };
        var error = await Assert.ThrowsAsync<GantryException>(() => host.Runtime.CreateAsync(unknown, default));
        Assert.Equal("invalid CapAdd: unknown capability: \"CAP_FLY\"", error.Message);
    }

    [Fact]
    public async Task Sensitive_paths_are_masked_or_read_only()
    {
        await using var host = new TestHost();
        var (output, _) = await host.OutputAsync(host.Shell("wc -c </proc/timer_list; ls /sys/firmware | wc -l; echo 1 >/proc/sys/vm/swappiness; touch /sys/x; mkdir /sys/fs/cgroup/pids/x"));
        Assert.Equal(["0", "0"], output.Split('\n').Where(line => line.Length == 1));
        Assert.Equal(3, output.Split("Read-only file system").Length - 1);
    }

    [Fact]
    public async Task Privileged_means_all_capabilities_devices_and_no_masks()
    {
        await using var host = new TestHost();
        var own = File.ReadLines("/proc/self/status").First(line => line.StartsWith("CapBnd", StringComparison.Ordinal));
        var spec = host.Shell("grep -E 'CapBnd|Seccomp:' /proc/self/status; mount -t tmpfs x /tmp && echo mounted; test -c /dev/kmsg && head -c 1 /dev/kmsg >/dev/null && echo device") with { Privileged = true };
        Assert.Equal(($"{own}\nSeccomp:\t0\nmounted\ndevice\n", 0), await host.OutputAsync(spec));
    }

    [Fact]
    public async Task A_device_is_there_and_allowed_only_when_asked_for()
    {
        await using var host = new TestHost();
        const string Device = "/dev/hwrng";
        if (Gantry.Linux.DeviceNode.Find(Device) is not { } node)
        {
            Assert.Skip("this machine has no " + Device);
            return;
        }

        var spec = host.Shell($"head -c 1 /dev/dice >/dev/null && echo read; mknod /tmp/k c {node.Major} {node.Minor}; head -c 1 /tmp/k >/dev/null && echo made; rm -f /tmp/k");
        var (output, _) = await host.OutputAsync(spec);
        Assert.DoesNotContain("read", output);
        Assert.Contains("/tmp/k: Operation not permitted", output);
        File.Delete(host.LogPath);
        spec = spec with { Id = ContainerId.New(), Devices = [new DeviceSpec(Device, "/dev/dice", "r")], DeviceCgroupRules = [$"c {node.Major}:* m"] };
        Assert.Equal("read\nmade\n", (await host.OutputAsync(spec)).Output);
    }

    [Fact]
    public async Task Names_sysctls_and_no_new_privileges_are_set()
    {
        await using var host = new TestHost();
        var spec = host.Shell("hostname; cat /proc/sys/kernel/domainname /proc/sys/kernel/shm_rmid_forced; grep NoNewPrivs /proc/self/status; df -k /dev/shm | tail -1 | awk '{print $2}'") with
        {
            Hostname = "box",
            Domainname = "example.org",
            Sysctls = new Dictionary<string, string> { ["kernel.shm_rmid_forced"] = "1" },
            NoNewPrivileges = true,
            ShmSize = 1 << 20,
        };
        Assert.Equal(("box\nexample.org\n1\nNoNewPrivs:\t1\n1024\n", 0), await host.OutputAsync(spec));
    }

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries);
}

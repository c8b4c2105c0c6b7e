using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Containers;

/// <summary>Docker's defaults and options for limits and privileges, seen from inside and from the host's cgroups.</summary>
public sealed class IsolationTests(SharedDaemon daemon)
{
    [Fact]
    public async Task A_memory_limit_kills_with_137_and_says_so()
    {
        Assert.Equal(137, (await daemon.Either.RunAsync("run", "--name", "hungry", "-m", "24m", "--memory-swap", "24m", "busybox", "tail", "/dev/zero")).ExitCode);
        Assert.Equal("true 137", await daemon.InspectAsync("hungry", "{{.State.OOMKilled}} {{.State.ExitCode}}"));
        await daemon.Either.DoAsync("rm", "hungry");
    }

    [Fact]
    public async Task A_pids_limit_stops_a_fork_bomb()
    {
        var bomb = await daemon.Either.RunAsync("run", "--rm", "--pids-limit", "8", "busybox", "sh", "-c", "for i in $(seq 20); do sleep 2 & done; echo survived");
        Assert.Contains("can't fork", bomb.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cpu_quota_is_in_the_cgroup()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "slow", "--cpus", "0.5", "--cpu-shares", "512", "busybox", "sleep", "1000");
        var pid = await daemon.InspectAsync("slow", "{{.State.Pid}}");
        var lines = await File.ReadAllLinesAsync($"/proc/{pid}/cgroup", TestContext.Current.CancellationToken);
        var cpu = lines.Select(line => line.Split(':', 3)).FirstOrDefault(parts => parts[1].Split(',').Contains("cpu"));
        if (cpu is not null)
        {
            var folder = Directory.Exists("/sys/fs/cgroup/cpu" + cpu[2]) ? "/sys/fs/cgroup/cpu" + cpu[2] : "/sys/fs/cgroup/" + cpu[1] + cpu[2];
            Assert.Equal("50000\n", await File.ReadAllTextAsync(folder + "/cpu.cfs_quota_us", TestContext.Current.CancellationToken));
            Assert.Equal("512\n", await File.ReadAllTextAsync(folder + "/cpu.shares", TestContext.Current.CancellationToken));
        }
        else
        {
            Assert.StartsWith("50000 100000", await File.ReadAllTextAsync("/sys/fs/cgroup" + lines.Single(line => line.StartsWith("0::", StringComparison.Ordinal))[3..] + "/cpu.max", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        await daemon.Either.DoAsync("rm", "-f", "slow");
    }

    [Fact]
    public async Task A_read_only_root_takes_no_file_but_tmpfs_and_volumes_do()
    {
        var run = await daemon.Either.RunAsync("run", "--rm", "--read-only", "--tmpfs", "/scratch:size=1m", "-v", "/data", "busybox", "sh", "-c", "touch /scratch/x /data/x && touch /x");
        Assert.Contains("/x: Read-only file system", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("scratch", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Capabilities_are_dockers_and_can_be_dropped()
    {
        Assert.Equal("CapEff:\t00000000a80425fb", await daemon.Either.DoAsync("run", "--rm", "busybox", "grep", "CapEff", "/proc/self/status"));
        Assert.Equal("CapEff:\t0000000000000000", await daemon.Either.DoAsync("run", "--rm", "--cap-drop", "ALL", "busybox", "grep", "CapEff", "/proc/self/status"));
        Assert.Contains("Operation not permitted", (await daemon.Either.RunAsync("run", "--rm", "--cap-drop", "CHOWN", "busybox", "chown", "1:1", "/tmp")).Error, StringComparison.Ordinal);
        Assert.Equal("CapEff:\t0000000000000000", await daemon.Either.DoAsync("run", "--rm", "-u", "1000", "busybox", "grep", "CapEff", "/proc/self/status"));
    }

    [Fact]
    public async Task No_new_privileges_is_set_when_asked_for()
    {
        Assert.Equal("NoNewPrivs:\t0", await daemon.Either.DoAsync("run", "--rm", "busybox", "grep", "NoNewPrivs", "/proc/self/status"));
        Assert.Equal("NoNewPrivs:\t1", await daemon.Either.DoAsync("run", "--rm", "--security-opt", "no-new-privileges", "busybox", "grep", "NoNewPrivs", "/proc/self/status"));
    }

    [Fact]
    public async Task The_default_seccomp_profile_refuses_new_namespaces_and_keyrings()
    {
        (await daemon.Either.RunAsync("run", "--rm", "busybox", "unshare", "-U", "true")).Refused(1, "Operation not permitted");
        Assert.Equal("Seccomp:\t2", await daemon.Either.DoAsync("run", "--rm", "busybox", "grep", "Seccomp:", "/proc/self/status"));
        Assert.Equal("Seccomp:\t0", await daemon.Either.DoAsync("run", "--rm", "--security-opt", "seccomp=unconfined", "busybox", "grep", "Seccomp:", "/proc/self/status"));
    }

    [Fact]
    public async Task Users_and_groups_are_found_by_name()
    {
        Assert.Equal("uid=1001(app) gid=1002(app) groups=1002(app),1004(extra)", await daemon.Either.DoAsync("run", "--rm", "-u", "app", "busybox", "id"));
        Assert.Equal("uid=1001(app) gid=1003(staff) groups=1003(staff)", await daemon.Either.DoAsync("run", "--rm", "-u", "app:staff", "busybox", "id"));
        Assert.Equal("uid=77 gid=0(root) groups=0(root),1004(extra)", await daemon.Either.DoAsync("run", "--rm", "-u", "77", "--group-add", "extra", "busybox", "id"));
        (await daemon.Either.RunAsync("run", "--rm", "-u", "nobody-here", "busybox", "id")).Refused(125, "unable to find user nobody-here: no matching entries in passwd file");
    }

    [Fact]
    public async Task Kernel_secrets_are_masked_and_sysctls_read_only()
    {
        Assert.Equal("0", await daemon.Either.DoAsync("run", "--rm", "busybox", "sh", "-c", "head -c 10 /proc/kcore | wc -c"));
        Assert.Equal("0", await daemon.Either.DoAsync("run", "--rm", "busybox", "sh", "-c", "head -c 10 /proc/timer_list | wc -c"));
        Assert.Contains("Read-only file system", (await daemon.Either.RunAsync("run", "--rm", "busybox", "sh", "-c", "echo 1 > /proc/sys/kernel/panic")).Error, StringComparison.Ordinal);
        Assert.Equal("1", await daemon.Either.DoAsync("run", "--rm", "--sysctl", "net.ipv4.ip_forward=1", "busybox", "cat", "/proc/sys/net/ipv4/ip_forward"));
    }

    [Fact]
    public async Task Shared_memory_ulimits_and_devices_are_as_asked()
    {
        Assert.Equal("65536", await daemon.Either.DoAsync("run", "--rm", "busybox", "sh", "-c", "df -k /dev/shm | awk 'NR==2{print $2}'"));
        Assert.Equal("111", await daemon.Either.DoAsync("run", "--rm", "--ulimit", "nofile=111:222", "busybox", "sh", "-c", "ulimit -n"));
        Assert.Contains("crw", await daemon.Either.DoAsync("run", "--rm", "--device", "/dev/null:/dev/other", "busybox", "ls", "-l", "/dev/other"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_of_its_own_confines_a_privileged_container_too()
    {
        const string Profile = """{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"chown\",\"chown32\",\"fchownat\"],\"action\":\"SCMP_ACT_ERRNO\"}]}""";
        await daemon.HttpAsync(HttpMethod.Post, "containers/create?name=confined", $$$"""{"Image":"busybox","Cmd":["sleep","1000"],"HostConfig":{"Privileged":true,"SecurityOpt":["seccomp={{{Profile}}}"]}}""");
        await daemon.Either.DoAsync("start", "confined");
        (await daemon.Either.RunAsync("exec", "confined", "chown", "42", "/tmp")).Refused(1, "Operation not permitted");
        await daemon.Either.DoAsync("rm", "-f", "confined");
        Assert.Equal("0", await daemon.Either.DoAsync("run", "--rm", "--privileged", "busybox", "sh", "-c", "chown 42 /tmp; echo $?"));
    }

    [Fact]
    public async Task A_namespace_of_a_container_that_does_not_run_cannot_be_joined()
    {
        var id = await daemon.Either.DoAsync("create", "--name", "asleep", "busybox");
        await daemon.Either.DoAsync("create", "--name", "pid-guest", "--pid", "container:asleep", "busybox");
        await daemon.Either.DoAsync("create", "--name", "ipc-guest", "--ipc", "container:asleep", "busybox");
        await daemon.Either.DoAsync("create", "--name", "net-guest", "--network", "container:asleep", "busybox");
        Assert.Equal((500, $"failed to join PID namespace: container {id} is not running"), await daemon.RefusalAsync(HttpMethod.Post, "containers/pid-guest/start"));
        Assert.Equal((409, $"failed to join IPC namespace: container {id} is not running"), await daemon.RefusalAsync(HttpMethod.Post, "containers/ipc-guest/start"));
        Assert.Equal((409, "cannot join network namespace of a non running container: container asleep is created"), await daemon.RefusalAsync(HttpMethod.Post, "containers/net-guest/start"));
        await daemon.Either.DoAsync("rm", "pid-guest", "ipc-guest", "net-guest", "asleep");
    }
}

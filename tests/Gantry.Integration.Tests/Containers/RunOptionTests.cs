using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Containers;

/// <summary>Options of <c>docker run</c>, each seen from inside a real container, or refused in Docker's words.</summary>
public sealed class RunOptionTests(SharedDaemon daemon)
{
    public static TheoryData<string, string, string> Effects => new()
    {
        { "--device /dev/fuse:/dev/xx:r", "grep 10:229 /sys/fs/cgroup/devices/devices.list", "c 10:229 r" },
        { "--device-cgroup-rule=c_42:*_rwm", "grep 42 /sys/fs/cgroup/devices/devices.list", "c 42:* rwm" },
        { "--cpu-shares 512", "cat /sys/fs/cgroup/cpu/cpu.shares", "512" },
        { "--cpu-quota 50000 --cpu-period 100000", "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000" },
        { "--cpu-quota -5", "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1" },
        { "--cpuset-cpus 0 --cpuset-mems 0", "cat /sys/fs/cgroup/cpuset/cpuset.cpus /sys/fs/cgroup/cpuset/cpuset.mems", "0\n0" },
        { "-m 32m --memory-reservation 16m", "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory/memory.soft_limit_in_bytes", "33554432\n16777216" },
        { "--memory-swappiness 10", "cat /sys/fs/cgroup/memory/memory.swappiness", "10" },
        { "-m 32m --oom-kill-disable", "head -1 /sys/fs/cgroup/memory/memory.oom_control", "oom_kill_disable 1" },
        { "--oom-score-adj 500", "cat /proc/self/oom_score_adj", "500" },
        { "--pids-limit 20", "cat /sys/fs/cgroup/pids/pids.max", "20" },
        { "--pids-limit -1", "cat /sys/fs/cgroup/pids/pids.max", "max" },
        { "--ulimit nofile=100:200", "ulimit -n; ulimit -Hn", "100\n200" },
        { "--sysctl kernel.msgmax=66000", "cat /proc/sys/kernel/msgmax", "66000" },
        { "--shm-size 10m", "df -k /dev/shm | tail -1 | awk '{print $2}'", "10240" },
        { "--ipc none", "test -e /dev/shm || echo none", "none" },
        { "--uts host", "hostname", Environment.MachineName },
        { "--pid host", "test $(ls -d /proc/[0-9]* | wc -l) -gt 10 && echo many", "many" },
        { "--init", "ps -o comm | sed -n 2p", "docker-init" },
        { "--tmpfs /t:size=1m,mode=700,uid=1000,exec", "mount | grep ' /t '; stat -c %a:%u /t", "tmpfs on /t type tmpfs (rw,nosuid,nodev,relatime,size=1024k,mode=700,uid=1000)\n700:1000" },
        { "--mount type=tmpfs,dst=/t,tmpfs-size=1m,readonly", "mount | grep ' /t '", "tmpfs on /t type tmpfs (ro,nosuid,nodev,noexec,relatime,size=1024k)" },
        { "--mount type=image,src=busybox,dst=/i", "test -x /i/bin/busybox && ! touch /i/x 2>/dev/null && echo read-only", "read-only" },
        { "--mount type=image,src=busybox,dst=/i,image-subpath=etc", "test -f /i/passwd && echo etc", "etc" },
        { "--security-opt seccomp=unconfined", "grep Seccomp: /proc/self/status", "Seccomp:\t0" },
        { "--security-opt no-new-privileges", "grep NoNewPrivs /proc/self/status", "NoNewPrivs:\t1" },
        { "--security-opt systempaths=unconfined", "mount | grep -c /proc/ || true", "0" },
        { "--security-opt label=disable --security-opt apparmor=unconfined", "echo taken", "taken" },
        { "--cap-drop ALL --cap-add CHOWN", "grep CapEff /proc/self/status", "CapEff:\t0000000000000001" },
        { "--group-add 4242", "id -G", "0 4242" },
        { "--domainname example.com", "cat /proc/sys/kernel/domainname", "example.com" },
        { "--add-host foo=1.2.3.4", "grep foo /etc/hosts", "1.2.3.4\tfoo" },
        { "--mac-address 02:42:ac:11:00:99", "cat /sys/class/net/eth0/address", "02:42:ac:11:00:99" },
        { "--isolation default --annotation a=b --stop-timeout 3 --no-healthcheck", "echo taken", "taken" },
        { "--runtime io.containerd.runc.v2", "echo taken", "taken" },
        { "--log-driver local", "echo local", "local" },
    };

    public static TheoryData<string, string> Refusals => new()
    {
        { "--device /dev/nosuch", "error gathering device information while adding custom device \"/dev/nosuch\": no such file or directory" },
        { "--device-write-bps /dev/nosuch:1mb", "stat /dev/nosuch: no such file or directory" },
        { "--cpu-shares -1", "invalid CPU shares (-1): value must be a positive integer" },
        { "--cpus 1 --cpu-quota 1000", "Conflicting options: Nano CPUs and CPU Quota cannot both be set" },
        { "--cpu-period 500", "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)" },
        { "--cpuset-cpus 1-0", "Invalid value 1-0 for cpuset cpus: invalid format: 1-0" },
        { "--cpuset-cpus 0-99999", "Invalid value 0-99999 for cpuset cpus: value of out range, maximum is 8192" },
        { "--cpuset-mems 7", "Requested memory nodes are not available - requested 7, available: 0" },
        { "--memory-reservation 1m", "Minimum memory reservation allowed is 6MB" },
        { "--oom-score-adj -2000", "Invalid value -2000, range for oom score adj is [-1000, 1000]" },
        { "--ipc container:", "failed to join IPC namespace: invalid name or ID supplied: \"\"" },
        { "--ipc container:nosuch", "No such container: nosuch" },
        { "--tmpfs /t:bogus=1", "invalid tmpfs option \"bogus\"" },
        { "--tmpfs t", "invalid mount path: 't' mount path must be absolute" },
        { "-v /tmp:/b:ro,rw", "invalid mode: ro,rw" },
        { "-v /tmp:/b:nocopy", "invalid volume specification: '/tmp:/b:nocopy': invalid mount config for type \"bind\": field VolumeOptions must not be specified" },
        { "-v vol:/b:shared", "invalid volume specification: 'vol:/b:shared': invalid mount config for type \"volume\": field BindOptions must not be specified" },
        { "-v /tmp:/", "invalid volume specification: '/tmp:/': invalid mount config for type \"bind\": invalid specification: destination can't be '/'" },
        { "--mount type=bind,src=/tmp,dst=/b,bind-propagation=bogus", "invalid mount config for type \"bind\": invalid propagation mode: bogus" },
        { "--mount type=volume,src=vol,dst=/v,volume-subpath=../x", "invalid mount config for type \"volume\": subpath must be a relative path within the volume" },
        { "--mount type=image,src=busybox,dst=/i,image-subpath=../x", "invalid mount config for type \"image\": subpath must be a relative path within the volume" },
        { "--mount type=image,dst=/i", "invalid mount config for type \"image\": field Source must not be empty" },
        { "--mount type=cluster,src=vol,dst=/v", "invalid mount config for type \"cluster\": mount type unknown" },
        { "--volumes-from nosuch", "No such container: nosuch" },
        { "--security-opt no-new-privileges:bogus", "invalid --security-opt 2: \"no-new-privileges:bogus\"" },
        { "--security-opt bogus=1", "invalid --security-opt 2: \"bogus=1\"" },
        { "--user 99999999999", "uids and gids must be in range 0-2147483647" },
        { "--gpus all", "could not select device driver \"\" with capabilities: [[gpu]]" },
        { "--runtime nosuch", "unknown or invalid runtime name: nosuch" },
        { "--isolation hyperv", "invalid isolation (hyperv): linux only supports 'default'" },
        { "--storage-opt size=1g", "--storage-opt is supported only for overlay over xfs with 'pquota' mount option" },
        { "--link nosuch", "could not get container for nosuch: No such container: nosuch" },
        { "--network container:nosuch", "joining network namespace of container: No such container: nosuch" },
        { "--health-cmd true --health-interval 1us", "Interval in Healthcheck cannot be less than 1ms" },
        { "--log-driver bogus", "error looking up logging plugin bogus: plugin \"bogus\" not found" },
        { "--log-opt max-file=0", "failed to create task for container: failed to initialize logging driver: max-file cannot be less than 1" },
        { "--log-opt mode=bogus", "logger: logging mode not supported: bogus" },
        { "--log-opt tag={{.Bogus}}", "failed to create task for container: failed to initialize logging driver: template: log-tag:1:2: executing \"log-tag\" at <.Bogus>: can't evaluate field Bogus in type *logger.Info" },
        { "--log-driver local --log-opt bogus=1", "unknown log opt 'bogus' for log driver local" },
        { "--log-driver syslog --log-opt syslog-address=bogus", "unsupported scheme: ''" },
        { "--log-driver syslog --log-opt syslog-address=tcp://127.0.0.1:1", "failed to create task for container: failed to initialize logging driver: dial tcp 127.0.0.1:1: connect: connection refused" },
    };

    [Theory]
    [MemberData(nameof(Effects))]
    public async Task An_option_shows_inside(string options, string script, string expected)
    {
        Assert.SkipWhen(File.Exists("/sys/fs/cgroup/cgroup.controllers") && script.Contains("/sys/fs/cgroup/", StringComparison.Ordinal), "reads files of cgroup version 1");
        var run = await daemon.Either.RunAsync(["run", "--rm", .. Words(options), "busybox", "sh", "-c", script]);
        Assert.Equal((0, expected), (run.ExitCode, run.Output.TrimEnd('\n')));
    }

    [Fact]
    public async Task A_network_may_be_made_after_the_container()
    {
        await daemon.Either.DoAsync("create", "--name", "early", "--network", "late-net", "--network-alias", "al", "busybox", "sleep", "600");
        (await daemon.Either.RunAsync("start", "early")).Refused(1, "failed to set up container networking: network late-net not found");
        Assert.Equal("created", await daemon.InspectAsync("early", "{{.State.Status}}"));
        await daemon.Either.DoAsync("network", "create", "late-net");
        await daemon.Either.DoAsync("start", "early");
        Assert.Equal(await daemon.Either.DoAsync("network", "inspect", "-f", "{{.Id}}", "late-net"), await daemon.InspectAsync("early", "{{(index .NetworkSettings.Networks \"late-net\").NetworkID}}"));
        await daemon.Either.DoAsync("exec", "early", "nslookup", "al", "127.0.0.11");
        await daemon.Either.DoAsync("rm", "-f", "early");
        await daemon.Either.DoAsync("network", "rm", "late-net");
    }

    [Fact]
    public async Task A_kill_for_want_of_memory_is_told_while_the_container_goes_on()
    {
        var since = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0).ToString("F3", System.Globalization.CultureInfo.InvariantCulture);
        await daemon.Either.DoAsync("run", "-d", "--name", "starved", "-m", "16m", "--memory-swap", "16m", "busybox", "sh", "-c", "dd if=/dev/zero of=/dev/null bs=64M count=1; sleep 600");
        await Eventually.EqualAsync("oom starved", () => daemon.Either.DoAsync("events", "--since", since, "--until", (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0).ToString("F3", System.Globalization.CultureInfo.InvariantCulture), "--filter", "container=starved", "--filter", "event=oom", "--format", "{{.Action}} {{.Actor.Attributes.name}}"));
        Assert.Equal("true", await daemon.InspectAsync("starved", "{{.State.Running}}"));
        await daemon.Either.DoAsync("rm", "-f", "starved");
    }

    [Fact]
    public async Task More_memory_than_memory_and_swap_is_a_conflict()
    {
        Assert.SkipUnless(File.Exists("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes") || File.Exists("/sys/fs/cgroup/cgroup.controllers"), "the kernel does not count swap");
        await daemon.Either.DoAsync("create", "--name", "no-swap-set", "busybox");
        (await daemon.Either.RunAsync("update", "-m", "64m", "no-swap-set")).Refused(1, "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
        await daemon.Either.DoAsync("update", "-m", "64m", "--memory-swap", "-1", "no-swap-set");
        await daemon.Either.DoAsync("rm", "no-swap-set");
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task An_impossible_option_is_refused_in_dockers_words(string options, string message)
    {
        var name = $"refused-{Guid.NewGuid():N}"[..20];
        var run = await daemon.Either.RunAsync(["run", "--name", name, .. Words(options), "busybox", "true"]);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.InRange(run.ExitCode, 125, 127);
        await daemon.Either.RunAsync("rm", "-f", name);
    }

    [Fact]
    public async Task Block_devices_are_throttled()
    {
        var disk = new DirectoryInfo("/sys/block").EnumerateDirectories().Select(folder => "/dev/" + folder.Name).FirstOrDefault(File.Exists);
        Assert.SkipWhen(disk is null || !File.Exists("/sys/fs/cgroup/blkio/blkio.throttle.read_bps_device"), "no block device, or not cgroup version 1");
        var lines = await daemon.Either.DoAsync(
            "run", "--rm", "--device-read-bps", disk + ":1mb", "--device-write-bps", disk + ":2mb", "--device-read-iops", disk + ":100", "--device-write-iops", disk + ":200", "busybox",
            "sh", "-c", "cd /sys/fs/cgroup/blkio; for f in read_bps write_bps read_iops write_iops; do cut -d' ' -f2 blkio.throttle.${f}_device; done");
        Assert.Equal("1048576\n2097152\n100\n200", lines);
    }

    [Fact]
    public async Task Shared_memory_is_shared_only_by_who_offers_it()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "offers", "--ipc", "shareable", "--shm-size", "5m", "busybox", "sh", "-c", "echo hello > /dev/shm/f; sleep 1000");
        await daemon.Either.DoAsync("run", "-d", "--name", "keeps", "busybox", "sleep", "1000");
        await Eventually.EqualAsync("hello", async () => (await daemon.Either.RunAsync("run", "--rm", "--ipc", "container:offers", "busybox", "cat", "/dev/shm/f")).Output.Trim());
        Assert.Contains("non-shareable IPC (hint: use IpcMode:shareable for the donor container)", (await daemon.Either.RunAsync("run", "--rm", "--ipc", "container:keeps", "busybox")).Error, StringComparison.Ordinal);
        await daemon.Either.DoAsync("rm", "-f", "offers", "keeps");
        Assert.Contains("sleep 1000", await NamespaceOfOther(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_only_binds_are_read_only_all_the_way_down_unless_said_otherwise()
    {
        var folder = Directory.CreateDirectory(Path.Combine(daemon.Directory, "tree")).FullName;
        Directory.CreateDirectory(folder + "/sub");
        (await Shell.RunAsync("/bin/mount", ["-t", "tmpfs", "none", folder + "/sub"])).Succeeded();
        try
        {
            async Task<string> TouchAsync(string mount) => (await daemon.Either.RunAsync("run", "--rm", "--mount", $"type=bind,src={folder},dst=/b,{mount}", "busybox", "touch", "/b/sub/f")).Error.Trim();
            Assert.EndsWith("Read-only file system", await TouchAsync("ro"), StringComparison.Ordinal);
            Assert.EndsWith("Read-only file system", await TouchAsync("ro,bind-propagation=rprivate,bind-recursive=readonly"), StringComparison.Ordinal);
            Assert.Equal("", await TouchAsync("ro,bind-recursive=writable"));
            Assert.Equal("f", await daemon.Either.DoAsync("run", "--rm", "-v", folder + ":/b", "busybox", "ls", "/b/sub"));
            Assert.Equal("", await daemon.Either.DoAsync("run", "--rm", "--mount", $"type=bind,src={folder},dst=/b,bind-recursive=disabled", "busybox", "ls", "/b/sub"));
        }
        finally
        {
            (await Shell.RunAsync("/bin/umount", [folder + "/sub"])).Succeeded();
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Propagation_works_both_ways_where_the_source_is_shared_and_is_refused_elsewhere()
    {
        var folder = Directory.CreateDirectory(Path.Combine(daemon.Directory, "shared")).FullName;
        (await Shell.RunAsync("/bin/mount", ["--bind", "--make-private", folder, folder])).Succeeded();
        try
        {
            Assert.Contains($"path {folder} is mounted on {folder} but it is not a shared mount", (await daemon.Either.RunAsync("run", "--rm", "-v", folder + ":/b:shared", "busybox")).Error, StringComparison.Ordinal);
            (await Shell.RunAsync("/bin/mount", ["--make-shared", folder])).Succeeded();
            Directory.CreateDirectory(folder + "/m");
            await daemon.Either.DoAsync("run", "--rm", "--privileged", "-v", folder + ":/b:rshared", "busybox", "mount", "-t", "tmpfs", "none", "/b/m");
            Assert.Contains(folder + "/m", await File.ReadAllTextAsync("/proc/self/mountinfo", TestContext.Current.CancellationToken), StringComparison.Ordinal);
            await daemon.Either.DoAsync("run", "-d", "--name", "slave", "-v", folder + ":/b:rslave", "busybox", "sleep", "1000");
            (await Shell.RunAsync("/bin/umount", [folder + "/m"])).Succeeded();
            Assert.Equal("0", await daemon.Either.DoAsync("exec", "slave", "sh", "-c", "mount | grep -c ' /b/m ' || true"));
            await daemon.Either.DoAsync("rm", "-f", "slave");
        }
        finally
        {
            (await Shell.RunAsync("/bin/umount", ["-R", folder])).Succeeded();
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_image_mount_holds_its_image_and_goes_with_its_container()
    {
        await daemon.Either.DoAsync("create", "--name", "with-image", "--mount", "type=image,src=busybox,dst=/i", "busybox", "true");
        Assert.Equal("image busybox /i false", await daemon.InspectAsync("with-image", "{{range .Mounts}}{{.Type}} {{.Name}} {{.Destination}} {{.RW}}{{end}}"));
        var source = await daemon.InspectAsync("with-image", "{{range .Mounts}}{{.Source}}{{end}}");
        Assert.True(Directory.Exists(source));
        await daemon.Either.DoAsync("rm", "with-image");
        Assert.False(Directory.Exists(source));
    }

    [Fact]
    public async Task Limits_can_be_changed_and_taken_off_while_it_runs()
    {
        Assert.SkipWhen(File.Exists("/sys/fs/cgroup/cgroup.controllers"), "reads files of cgroup version 1");
        await daemon.Either.DoAsync("run", "-d", "--name", "changing", "--cpu-quota", "50000", "--pids-limit", "9", "busybox", "sleep", "1000");
        await daemon.Either.DoAsync("update", "--cpu-quota", "-1", "--pids-limit", "-1", "--cpu-shares", "300", "-m", "32m", "--memory-swap", "64m", "--memory-reservation", "8m", "--cpuset-cpus", "0", "--restart", "on-failure:2", "changing");
        var files = await daemon.Either.DoAsync("exec", "changing", "sh", "-c", "cd /sys/fs/cgroup; cat cpu/cpu.cfs_quota_us pids/pids.max cpu/cpu.shares memory/memory.limit_in_bytes memory/memory.memsw.limit_in_bytes memory/memory.soft_limit_in_bytes cpuset/cpuset.cpus");
        Assert.Equal("-1\nmax\n300\n33554432\n67108864\n8388608\n0", files);
        Assert.Equal("on-failure 2", await daemon.InspectAsync("changing", "{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}"));
        Assert.Contains("Requested CPUs are not available", (await daemon.Either.RunAsync("update", "--cpuset-cpus", "99", "changing")).Error, StringComparison.Ordinal);
        await daemon.Either.DoAsync("rm", "-f", "changing");
    }

    private async Task<string> NamespaceOfOther()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "seen", "busybox", "sleep", "1000");
        var processes = await daemon.Either.DoAsync("run", "--rm", "--pid", "container:seen", "busybox", "ps");
        await daemon.Either.DoAsync("rm", "-f", "seen");
        Assert.Contains("failed to join PID namespace", (await daemon.Either.RunAsync("run", "--rm", "--pid", "container:" + await Stopped(), "busybox")).Error, StringComparison.Ordinal);
        await daemon.Either.DoAsync("rm", "ended");
        return processes;
    }

    private async Task<string> Stopped()
    {
        await daemon.Either.DoAsync("run", "--name", "ended", "busybox", "true");
        return "ended";
    }

    // An underscore stands for a blank inside a word.
    private static string[] Words(string options) => [.. options.Split(' ').Select(word => word.StartsWith("--device-cgroup", StringComparison.Ordinal) ? word.Replace('_', ' ') : word)];
}

using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Running;

/// <summary>The options that <c>run</c> and <c>create</c> share, and the request they make.</summary>
internal sealed partial class ContainerOptions(OptionTable table)
{
    private readonly ListOption addHost = table.Checked("add-host", '\0', "list", "Add a custom host-to-IP mapping (host:ip)", text => _ = RunValues.ExtraHost(text));
    private readonly ListOption annotation = table.List("annotation", '\0', "Add an annotation to the container (passed through to the OCI runtime)", type: "map", defaultText: "map[]");
    private readonly ListOption attachTo = table.List("attach", 'a', "Attach to STDIN, STDOUT or STDERR");
    private readonly ValueOption<long> blkioWeight = table.Int("blkio-weight", '\0', "Block IO (relative weight), between 10 and 1000, or 0 to disable", type: "uint16", defaultText: "0");
    private readonly ListOption blkioWeightDevice = table.Checked("blkio-weight-device", '\0', "list", "Block IO weight (relative device weight)", text => _ = RunValues.Weight(text), "[]");
    private readonly ListOption capAdd = table.List("cap-add", '\0', "Add Linux capabilities");
    private readonly ListOption capDrop = table.List("cap-drop", '\0', "Drop Linux capabilities");
    private readonly ValueOption<string> cgroupParent = table.String("cgroup-parent", '\0', "Optional parent cgroup for the container");
    private readonly ValueOption<string> cgroupns = table.String("cgroupns", '\0', "Cgroup namespace to use (host|private)\n'host':    Run the container in the Docker host's cgroup namespace\n'private': Run the container in its own private cgroup namespace\n'':        Use the cgroup namespace as configured by the\n           default-cgroupns-mode option on the daemon (default)");
    private readonly ValueOption<long> cpuPeriod = table.Int("cpu-period", '\0', "Limit CPU CFS (Completely Fair Scheduler) period");
    private readonly ValueOption<long> cpuQuota = table.Int("cpu-quota", '\0', "Limit CPU CFS (Completely Fair Scheduler) quota");
    private readonly ValueOption<long> cpuRtPeriod = table.Int("cpu-rt-period", '\0', "Limit CPU real-time period in microseconds");
    private readonly ValueOption<long> cpuRtRuntime = table.Int("cpu-rt-runtime", '\0', "Limit CPU real-time runtime in microseconds");
    private readonly ValueOption<long> cpuShares = table.Int("cpu-shares", 'c', "CPU shares (relative weight)");
    private readonly ValueOption<long> cpus = table.Value("cpus", '\0', "decimal", "Number of CPUs", 0L, RunValues.NanoCpus);
    private readonly ValueOption<string> cpusetCpus = table.String("cpuset-cpus", '\0', "CPUs in which to allow execution (0-3, 0,1)");
    private readonly ValueOption<string> cpusetMems = table.String("cpuset-mems", '\0', "MEMs in which to allow execution (0-3, 0,1)");
    private readonly ListOption devices = table.List("device", '\0', "Add a host device to the container");
    private readonly ListOption deviceCgroupRule = table.Checked("device-cgroup-rule", '\0', "list", "Add a rule to the cgroup allowed devices list", RunChecks.DeviceRule);
    private readonly ListOption deviceReadBps = table.Checked("device-read-bps", '\0', "list", "Limit read rate (bytes per second) from a device", text => _ = RunValues.Throttle(text, bytes: true), "[]");
    private readonly ListOption deviceReadIops = table.Checked("device-read-iops", '\0', "list", "Limit read rate (IO per second) from a device", text => _ = RunValues.Throttle(text, bytes: false), "[]");
    private readonly ListOption deviceWriteBps = table.Checked("device-write-bps", '\0', "list", "Limit write rate (bytes per second) to a device", text => _ = RunValues.Throttle(text, bytes: true), "[]");
    private readonly ListOption deviceWriteIops = table.Checked("device-write-iops", '\0', "list", "Limit write rate (IO per second) to a device", text => _ = RunValues.Throttle(text, bytes: false), "[]");
    private readonly ListOption dns = table.Checked("dns", '\0', "list", "Set custom DNS servers", RunChecks.Address);
    private readonly ListOption dnsOption = table.List("dns-option", '\0', "Set DNS options");
    private readonly ListOption dnsSearch = table.List("dns-search", '\0', "Set custom DNS search domains");
    private readonly ValueOption<string> domainname = table.String("domainname", '\0', "Container NIS domain name");
    private readonly ValueOption<string> entrypoint = table.String("entrypoint", '\0', "Overwrite the default ENTRYPOINT of the image");
    private readonly ListOption environment = table.Checked("env", 'e', "list", "Set environment variables", text => _ = KeyValueFiles.Variable(text));
    private readonly ListOption envFile = table.List("env-file", '\0', "Read in a file of environment variables");
    private readonly ListOption expose = table.List("expose", '\0', "Expose a port or a range of ports");
    private readonly ValueOption<string> gpus = table.Value("gpus", '\0', "gpu-request", "GPU devices to add to the container ('all' to pass all GPUs)", "", RunChecks.Gpus);
    private readonly ListOption groupAdd = table.List("group-add", '\0', "Add additional groups to join");
    private readonly ValueOption<string> healthCmd = table.String("health-cmd", '\0', "Command to run to check health");
    private readonly ValueOption<TimeSpan> healthInterval = table.Duration("health-interval", "Time between running the check (ms|s|m|h)");
    private readonly ValueOption<long> healthRetries = table.Int("health-retries", '\0', "Consecutive failures needed to report unhealthy");
    private readonly ValueOption<TimeSpan> healthStartInterval = table.Duration("health-start-interval", "Time between running the check during the start period (ms|s|m|h)");
    private readonly ValueOption<TimeSpan> healthStartPeriod = table.Duration("health-start-period", "Start period for the container to initialize before starting health-retries countdown (ms|s|m|h)");
    private readonly ValueOption<TimeSpan> healthTimeout = table.Duration("health-timeout", "Maximum time to allow one check to run (ms|s|m|h)");
    private readonly ValueOption<string> hostname = table.String("hostname", 'h', "Container host name");
    private readonly Switch useInit = table.Switch("init", '\0', "Run an init inside the container that forwards signals and reaps processes");
    private readonly Switch interactive = table.Switch("interactive", 'i', "Keep STDIN open even if not attached");
    private readonly ValueOption<string> isolation = table.String("isolation", '\0', "Container isolation technology");
    private readonly ValueOption<string> ipv4 = table.String("ip", '\0', "IPv4 address (e.g., 172.30.100.104)");
    private readonly ValueOption<string> ipv6 = table.String("ip6", '\0', "IPv6 address (e.g., 2001:db8::33)");
    private readonly ValueOption<string> ipc = table.String("ipc", '\0', "IPC mode to use");
    private readonly ListOption labels = table.List("label", 'l', "Set meta data on a container");
    private readonly ListOption labelFile = table.List("label-file", '\0', "Read in a line delimited file of labels");
    private readonly ListOption links = table.List("link", '\0', "Add link to another container");
    private readonly ListOption linkLocalIp = table.List("link-local-ip", '\0', "Container IPv4/IPv6 link-local addresses");
    private readonly ValueOption<string> logDriver = table.String("log-driver", '\0', "Logging driver for the container");
    private readonly ListOption logOpt = table.List("log-opt", '\0', "Log driver options");
    private readonly ValueOption<string> macAddress = table.String("mac-address", '\0', "Container MAC address (e.g., 92:d0:c6:0a:29:33)");
    private readonly ValueOption<long> memory = table.Bytes("memory", 'm', "Memory limit");
    private readonly ValueOption<long> memoryReservation = table.Bytes("memory-reservation", '\0', "Memory soft limit");
    private readonly ValueOption<long> memorySwap = table.Bytes("memory-swap", '\0', "Swap limit equal to memory plus swap: '-1' to enable unlimited swap", allowMinusOne: true);
    private readonly ValueOption<long> memorySwappiness = table.Int("memory-swappiness", '\0', "Tune container memory swappiness (0 to 100)", initial: -1);
    private readonly ListOption mounts = table.Checked("mount", '\0', "mount", "Attach a filesystem mount to the container", text => _ = MountSpecs.Parse(text));
    private readonly ListOption networks = table.Checked("network", '\0', "network", "Connect a container to a network", text => _ = NetworkSpec.Parse(text));
    private readonly ListOption networkAlias = table.List("network-alias", '\0', "Add network-scoped alias for the container");
    private readonly Switch noHealthcheck = table.Switch("no-healthcheck", '\0', "Disable any container-specified HEALTHCHECK");
    private readonly Switch oomKillDisable = table.Switch("oom-kill-disable", '\0', "Disable OOM Killer");
    private readonly ValueOption<long> oomScoreAdj = table.Int("oom-score-adj", '\0', "Tune host's OOM preferences (-1000 to 1000)");
    private readonly ValueOption<string> pid = table.String("pid", '\0', "PID namespace to use");
    private readonly ValueOption<long> pidsLimit = table.Int("pids-limit", '\0', "Tune container pids limit (set -1 for unlimited)");
    private readonly Switch privileged = table.Switch("privileged", '\0', "Give extended privileges to this container");
    private readonly ListOption ports = table.List("publish", 'p', "Publish a container's port(s) to the host");
    private readonly Switch publishAll = table.Switch("publish-all", 'P', "Publish all exposed ports to random ports");
    private readonly Switch readOnlyRoot = table.Switch("read-only", '\0', "Mount the container's root filesystem as read only");
    private readonly ValueOption<string> restart = table.String("restart", '\0', "Restart policy to apply when a container exits", initial: "no");
    private readonly Switch autoRemove = table.Switch("rm", '\0', "Automatically remove the container and its associated anonymous volumes when it exits");
    private readonly ValueOption<string> runtime = table.String("runtime", '\0', "Runtime to use for this container");
    private readonly ListOption securityOpt = table.List("security-opt", '\0', "Security Options");
    private readonly ValueOption<long> shmSize = table.Bytes("shm-size", '\0', "Size of /dev/shm");
    private readonly ValueOption<string> stopSignal = table.String("stop-signal", '\0', "Signal to stop the container");
    private readonly ValueOption<long> stopTimeout = table.Int("stop-timeout", '\0', "Timeout (in seconds) to stop a container");
    private readonly ListOption storageOpt = table.List("storage-opt", '\0', "Storage driver options for the container");
    private readonly ListOption sysctl = table.Checked("sysctl", '\0', "map", "Sysctl options", RunChecks.Sysctl, "map[]");
    private readonly ListOption tmpfs = table.List("tmpfs", '\0', "Mount a tmpfs directory");
    private readonly Switch terminal = table.Switch("tty", 't', "Allocate a pseudo-TTY");
    private readonly ListOption ulimit = table.Checked("ulimit", '\0', "ulimit", "Ulimit options", text => _ = RunValues.Ulimit(text), "[]");
    private readonly ValueOption<string> user = table.String("user", 'u', "Username or UID (format: <name|uid>[:<group|gid>])");
    private readonly ValueOption<string> userns = table.String("userns", '\0', "User namespace to use");
    private readonly ValueOption<string> uts = table.String("uts", '\0', "UTS namespace to use");
    private readonly ListOption volumes = table.List("volume", 'v', "Bind mount a volume");
    private readonly ValueOption<string> volumeDriver = table.String("volume-driver", '\0', "Optional volume driver for the container");
    private readonly ListOption volumesFrom = table.List("volumes-from", '\0', "Mount volumes from the specified container(s)");
    private readonly ValueOption<string> workdir = table.String("workdir", 'w', "Working directory inside the container");

    // Parsed and without effect here, as on any Linux daemon.
    private readonly Option[] ignored =
    [
        table.Int("cpu-count", '\0', "CPU count (Windows only)"),
        table.Int("cpu-percent", '\0', "CPU percent (Windows only)"),
        table.Bytes("io-maxbandwidth", '\0', "Maximum IO bandwidth limit for the system drive (Windows only)"),
        table.Int("io-maxiops", '\0', "Maximum IOps limit for the system drive (Windows only)", type: "uint"),
        table.Bytes("kernel-memory", '\0', "Kernel memory limit"),
    ];

    /// <summary>Whether the container gets a terminal.</summary>
    public bool Terminal => terminal.Value;

    public bool Interactive => interactive.Value;

    public bool AutoRemove => autoRemove.Value;

    /// <summary>Streams named by <c>-a</c>.</summary>
    public IReadOnlyList<string> AttachTo => attachTo.Values;

    /// <summary>Second names that docker keeps for old scripts.</summary>
    public void AddAliases()
    {
        table.Alias("net", networks);
        table.Alias("net-alias", networkAlias);
        table.Alias("dns-opt", dnsOption);
        _ = ignored;
    }
}

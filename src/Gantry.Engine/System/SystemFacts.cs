using System.Runtime.InteropServices;
using Gantry.Runtime;
using Gantry.Runtime.Security;

namespace Gantry.Engine;

/// <summary>Facts about host and engine for <c>/info</c> and <c>/version</c>.</summary>
public sealed record SystemFacts
{
    /// <summary>Stable across restarts: kept in the data directory.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string KernelVersion { get; init; }

    public required string OperatingSystem { get; init; }

    public required string OsVersion { get; init; }

    /// <summary>As <c>uname -m</c> has it.</summary>
    public required string Architecture { get; init; }

    public required int Cpus { get; init; }

    /// <summary>Bytes.</summary>
    public required long Memory { get; init; }

    /// <summary><c>1</c> or <c>2</c>.</summary>
    public required string CgroupVersion { get; init; }

    public required string CgroupDriver { get; init; }

    public required string DataDirectory { get; init; }

    public required string RuntimeName { get; init; }

    public required string RuntimeVersion { get; init; }

    public required string RuntimePath { get; init; }

    /// <summary>Names that <c>--runtime</c> takes, with the binary of each.</summary>
    public required IReadOnlyDictionary<string, RuntimeProgram> Runtimes { get; init; }

    public bool MemoryLimit { get; init; }

    public bool SwapLimit { get; init; }

    public bool PidsLimit { get; init; }

    public bool CpuCfs { get; init; }

    public bool CpuShares { get; init; }

    public bool CpuSet { get; init; }

    public bool OomKillDisable { get; init; }

    public bool IPv4Forwarding { get; init; }

    public IReadOnlyList<string> SecurityOptions { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    internal static SystemFacts Read(EngineOptions options, ContainerRuntime runtime)
    {
        var unified = File.Exists("/sys/fs/cgroup/cgroup.controllers");
        var release = File.Exists("/etc/os-release") ? File.ReadAllLines("/etc/os-release").Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2).ToDictionary(parts => parts[0], parts => parts[1].Trim('"')) : [];
        var (name, version, path) = runtime.Runtime;
        return new SystemFacts
        {
            Id = HostId(options.DataDirectory),
            Name = Environment.MachineName,
            KernelVersion = File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            OperatingSystem = release.GetValueOrDefault("PRETTY_NAME", "Linux"),
            OsVersion = release.GetValueOrDefault("VERSION_ID", ""),
            Architecture = RuntimeInformation.OSArchitecture switch { System.Runtime.InteropServices.Architecture.X64 => "x86_64", System.Runtime.InteropServices.Architecture.Arm64 => "aarch64", var other => other.ToString().ToLowerInvariant() },
            Cpus = Environment.ProcessorCount,
            Memory = MemoryTotal,
            CgroupVersion = unified ? "2" : "1",
            CgroupDriver = "cgroupfs",
            DataDirectory = options.DataDirectory,
            RuntimeName = name,
            RuntimeVersion = version,
            RuntimePath = path,
            Runtimes = runtime.Installed(),
            MemoryLimit = unified || Directory.Exists("/sys/fs/cgroup/memory"),
            SwapLimit = unified || File.Exists("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"),
            PidsLimit = unified || Directory.Exists("/sys/fs/cgroup/pids"),
            CpuCfs = unified || File.Exists("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
            CpuShares = unified || File.Exists("/sys/fs/cgroup/cpu/cpu.shares"),
            CpuSet = unified || Directory.Exists("/sys/fs/cgroup/cpuset"),
            OomKillDisable = !unified,
            IPv4Forwarding = File.ReadAllText("/proc/sys/net/ipv4/ip_forward").Trim() == "1",
            SecurityOptions = [.. AppArmor.IsEnabled ? new[] { "name=apparmor" } : [], "name=seccomp,profile=builtin", .. unified ? new[] { "name=cgroupns" } : []],
        };
    }

    private static string HostId(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "engine-id");
        if (!File.Exists(path))
        {
            File.WriteAllText(path, Guid.NewGuid().ToString());
        }

        return File.ReadAllText(path).Trim();
    }

    /// <summary>Bytes of the machine.</summary>
    internal static long MemoryTotal { get; } = File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemTotal:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..] ? long.Parse(kilobytes) * 1024 : long.MaxValue;
}

using Gantry.Core;
using Gantry.Linux;

namespace Gantry.Runtime.Security;

/// <summary>Linux capabilities by name and Docker's rules for adding and dropping them.</summary>
public static class Capabilities
{
    private const string All = "CAP_ALL";

    // By number: capabilities(7).
    private static readonly string[] Names =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK",
        "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN",
        "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
        "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    private static readonly string[] Defaults =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP",
        "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
    ];

    // A runtime cannot give what its caller's bounding set lacks: a daemon that is confined itself passes on less instead of failing.
    private static readonly Lazy<ulong> Bounding = new(ProcessLimits.BoundingCapabilities);
    private static readonly Lazy<ulong> Effective = new(ProcessLimits.EffectiveCapabilities);

    /// <summary>Whether this process has it.</summary>
    public static bool Holds(string name) => (Effective.Value & (1UL << Array.IndexOf(Names, name))) != 0;

    /// <summary>The bounding set of a container, in the kernel's order.</summary>
    /// <exception cref="GantryException">InvalidArgument: an unknown name.</exception>
    public static IReadOnlyList<string> Resolve(bool privileged, IReadOnlyList<string> add, IReadOnlyList<string> drop)
    {
        var added = add.Select(name => Normalise(name, "CapAdd")).ToHashSet();
        var dropped = drop.Select(name => Normalise(name, "CapDrop")).ToHashSet();
        bool Granted(string name) =>
            privileged
            || (added.Contains(All) ? !dropped.Contains(name)
                : added.Contains(name) || (!dropped.Contains(All) && !dropped.Contains(name) && Defaults.Contains(name)));
        return [.. Names.Where((name, number) => Granted(name) && (Bounding.Value & (1UL << number)) != 0)];
    }

    private static string Normalise(string name, string field)
    {
        var upper = name.ToUpperInvariant();
        upper = upper.StartsWith("CAP_", StringComparison.Ordinal) ? upper : "CAP_" + upper;
        return upper == All || Names.Contains(upper) ? upper : throw GantryException.Invalid($"invalid {field}: unknown capability: \"{upper}\"");
    }
}

using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>This process's resource limits and capabilities, which bound what its children may be given.</summary>
public static unsafe partial class ProcessLimits
{
    private static readonly string[] Names =
        ["cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending", "msgqueue", "nice", "rtprio", "rttime"];

    /// <summary>The hard limit; <see cref="ulong.MaxValue"/> means unlimited. Null for a name that is none (getrlimit(2), lower case without RLIMIT_).</summary>
    public static ulong? Hard(string name)
    {
        var resource = Array.IndexOf(Names, name);
        var limits = stackalloc ulong[2];
        return resource >= 0 && prlimit64(0, resource, null, limits) == 0 ? limits[1] : null;
    }

    /// <summary>Whether there is a limit of that name.</summary>
    public static bool IsKnown(string name) => Names.Contains(name);

    /// <summary>The capability bounding set, one bit a capability (capabilities(7)).</summary>
    public static ulong BoundingCapabilities() => StatusMask("CapBnd:");

    public static ulong EffectiveCapabilities() => StatusMask("CapEff:");

    private static ulong StatusMask(string field)
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith(field, StringComparison.Ordinal))
            {
                return Convert.ToUInt64(line[field.Length..].Trim(), 16);
            }
        }

        return 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prlimit64(int pid, int resource, ulong* set, ulong* get);
}

using System.Globalization;
using Gantry.Linux;
using Gantry.Runtime.Security;

namespace Gantry.Runtime.Specification;

/// <summary>The process part, for containers and execs alike.</summary>
internal static class ProcessBuilder
{
    public static OciProcess Build(ProcessSpec process, IReadOnlyList<string> capabilities, bool noNewPrivileges) => new()
    {
        Terminal = process.Terminal,
        ConsoleSize = process is { Terminal: true, InitialSize: { } size } ? new OciBox(size.Height, size.Width) : null,
        User = new OciUser(process.Uid, process.Gid, process.AdditionalGids.Count > 0 ? process.AdditionalGids : null),
        Args = process.Args,
        Env = process.Env,
        Cwd = process.WorkingDirectory.Length > 0 ? process.WorkingDirectory : "/",
        Capabilities = new OciCapabilities
        {
            Bounding = capabilities,

            // Other users get capabilities only by executing files that carry them, as with Docker.
            Effective = process.Uid == 0 ? capabilities : [],
            Permitted = process.Uid == 0 ? capabilities : [],
        },
        Rlimits = process.Ulimits.Count > 0 ? [.. process.Ulimits.Select(Limit)] : null,
        NoNewPrivileges = noNewPrivileges,
        OomScoreAdj = process.OomScoreAdj is { } adjustment ? Attainable(adjustment) : null,
    };

    /// <summary>Without CAP_SYS_RESOURCE the inherited hard limit is the ceiling; asking for more would make the whole start fail.</summary>
    private static OciRlimit Limit(Ulimit limit)
    {
        var (soft, hard) = (Unsigned(limit.Soft), Unsigned(limit.Hard));
        if (!Capabilities.Holds("CAP_SYS_RESOURCE") && ProcessLimits.Hard(limit.Name) is { } ceiling)
        {
            (soft, hard) = (Math.Min(soft, ceiling), Math.Min(hard, ceiling));
        }

        return new OciRlimit("RLIMIT_" + limit.Name.ToUpperInvariant(), soft, hard);
    }

    private static ulong Unsigned(long value) => value < 0 ? ulong.MaxValue : (ulong)value;

    // Going below one's own value takes CAP_SYS_RESOURCE, too (proc_pid_oom_score_adj(5)).
    private static int Attainable(int adjustment)
    {
        if (Capabilities.Holds("CAP_SYS_RESOURCE"))
        {
            return adjustment;
        }

        var own = int.Parse(File.ReadAllText("/proc/self/oom_score_adj"), NumberStyles.AllowLeadingSign | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        return Math.Max(own, adjustment);
    }
}

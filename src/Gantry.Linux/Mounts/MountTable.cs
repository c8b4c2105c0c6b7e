namespace Gantry.Linux.Mounts;

/// <summary>The mounts of this process's namespace (proc_pid_mountinfo(5)).</summary>
public static class MountTable
{
    /// <summary>The mount that a path lies on: its mount point and its optional fields (<c>shared:2</c>, <c>master:1</c>).</summary>
    public static (string MountPoint, IReadOnlyList<string> Tags) Find(string path) => Find(path, File.ReadLines("/proc/self/mountinfo"));

    internal static (string MountPoint, IReadOnlyList<string> Tags) Find(string path, IEnumerable<string> lines)
    {
        (string MountPoint, IReadOnlyList<string> Tags) best = ("/", []);
        foreach (var line in lines)
        {
            // 36 35 98:0 /root /mountpoint options [tags] - type source superoptions; later mounts hide earlier ones.
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-");
            if (dash < 6)
            {
                continue;
            }

            var mountPoint = Unescape(fields[4]);
            if (mountPoint.Length >= best.MountPoint.Length && (mountPoint == "/" || path == mountPoint || path.StartsWith(mountPoint + "/", StringComparison.Ordinal)))
            {
                best = (mountPoint, fields[6..dash]);
            }
        }

        return best;
    }

    // Blank, tab, newline and backslash are octal there.
    private static string Unescape(string text) =>
        text.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal).Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
}

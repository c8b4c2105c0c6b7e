using System.Text.RegularExpressions;

namespace Gantry.Parity;

/// <summary>Takes out of a line what differs from run to run and from host to host.</summary>
internal static partial class Normal
{
    private static readonly (Regex Pattern, string Text)[] Replacements =
    [
        (Time(), "<time>"), (Digest(), "<digest>"), (LongId(), "<id>"), (ShortId(), "<id12>"), (HardwareAddress(), "<mac>"), (SixAddress(), "<ip6>"),
        (Address(), "<ip>"), (Epoch(), "<epoch>"), (Folder(), "<root>"), (Ago(), "<n>$2"), (Duration(), "<duration>"), (Pipe(), "$1:[<n>]"), (Process(), "\"Pid\":<n>"), (Columns(), "   "),
    ];

    public static string Of(string line)
    {
        foreach (var (pattern, text) in Replacements)
        {
            line = pattern.Replace(line, text);
        }

        return line;
    }

    [GeneratedRegex(@"20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?(Z|[+-]\d\d:?\d\d))?( UTC)?|\w{3}, \d\d \w{3} 20\d\d \d\d:\d\d:\d\d GMT|\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d 20\d\d")]
    private static partial Regex Time();

    [GeneratedRegex("sha256:[0-9a-f]{64}")]
    private static partial Regex Digest();

    [GeneratedRegex(@"\b[0-9a-f]{64}\b")]
    private static partial Regex LongId();

    [GeneratedRegex(@"\b(?=[0-9]*[a-f])[0-9a-f]{12}\b")]
    private static partial Regex ShortId();

    [GeneratedRegex(@"\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b")]
    private static partial Regex HardwareAddress();

    [GeneratedRegex(@"\bfe80::[0-9a-f:]+")]
    private static partial Regex SixAddress();

    [GeneratedRegex(@"\b(172|10)\.\d+\.\d+\.\d+\b")]
    private static partial Regex Address();

    [GeneratedRegex(@"(?<![\d.])1[67]\d{8}(\d{9})?(?!\d)")]
    private static partial Regex Epoch();

    [GeneratedRegex("/var/lib/docker(?=/|\")|/(?:host)?tmp/[a-z0-9/]+/data(?=/|\")|/var/lib/gantry(?=/|\")")]
    private static partial Regex Folder();

    [GeneratedRegex(@"\b(Less than a second|About a minute|\d+ (?:second|minute|hour)s?)( ago)?\b")]
    private static partial Regex Ago();

    [GeneratedRegex(@"\b\d+(\.\d+)?(ms|µs|s)\b")]
    private static partial Regex Duration();

    [GeneratedRegex(@"\b(pipe|socket|net|mnt|pid|ipc|uts|cgroup):\[\d+\]")]
    private static partial Regex Pipe();

    [GeneratedRegex(@"""Pid"":\d+")]
    private static partial Regex Process();

    // Between columns, whose width follows from what was taken out.
    [GeneratedRegex(" {3,}")]
    private static partial Regex Columns();
}

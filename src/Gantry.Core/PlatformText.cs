using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Gantry.Core;

/// <summary>The words of a platform (containerd's platforms package): Go's names of systems and architectures, their other spellings, and what is wrong with a text that is none.</summary>
internal static partial class PlatformText
{
    private const string SystemGrammarText = @"^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?$";
    private const string PartGrammarText = "^[A-Za-z0-9_.-]+$";

    private static readonly FrozenSet<string> Systems = FrozenSet.Create(
        "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "macos", "nacl", "netbsd", "openbsd", "plan9", "solaris", "windows", "zos");

    private static readonly FrozenSet<string> Architectures = FrozenSet.Create(
        "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "ppc64", "ppc64le", "loong64", "mips", "mipsle", "mips64", "mips64le", "mips64p32", "mips64p32le",
        "ppc", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm");

    public static bool IsSystem(string os) => Systems.Contains(System(os));

    /// <summary>Go's name of an operating system, without its version: <c>windows</c> of <c>windows(10.0.17763)</c>.</summary>
    public static string System(string os) => os.Split('(')[0] is var name && name == "macos" ? "darwin" : name;

    /// <summary>Go's name of an architecture, which may be one that nobody knows.</summary>
    public static string Architecture(string architecture) => architecture switch
    {
        "x86_64" or "x86-64" => "amd64",
        "aarch64" => "arm64",
        "armhf" or "armel" => "arm",
        "i386" => "386",
        _ => architecture,
    };

    public static string? KnownArchitecture(string architecture) => Architecture(architecture) is var name && Architectures.Contains(name) ? name : null;

    /// <summary>What is wrong with one of the parts; null when each can be what it is.</summary>
    public static string? BadPart(string text)
    {
        if (text.Contains('*'))
        {
            return $"\"{text}\": wildcards not yet supported: invalid argument";
        }

        var parts = text.Split('/', 4);
        return !SystemGrammar().IsMatch(parts[0])
            ? $"\"{parts[0]}\" is an invalid OS component of \"{text}\": OSAndVersion specifier component must match {Quote(SystemGrammarText)}: invalid argument"
            : parts.Skip(1).FirstOrDefault(part => !PartGrammar().IsMatch(part)) is { } bad
            ? $"\"{bad}\" is an invalid component of \"{text}\": platform specifier component must match {Quote(PartGrammarText)}: invalid argument"
            : null;
    }

    /// <summary>What is wrong with a text that is no platform.</summary>
    public static string Fault(string text) => BadPart(text)
        ?? (text.Contains('/') ? $"\"{text}\": cannot parse platform specifier: invalid argument" : $"\"{text}\": unknown operating system or architecture: invalid argument");

    private static string Quote(string grammar) => "\"" + grammar.Replace(@"\", @"\\", StringComparison.Ordinal) + "\"";

    [GeneratedRegex(SystemGrammarText)]
    private static partial Regex SystemGrammar();

    [GeneratedRegex(PartGrammarText)]
    private static partial Regex PartGrammar();
}

using System.Globalization;

namespace Gantry.Linux;

/// <summary>Signals by the names people write: <c>KILL</c>, <c>SIGKILL</c>, <c>sigkill</c>, <c>9</c>, <c>RTMIN+3</c> (signal(7), x86 and arm numbers).</summary>
public static class Signal
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGQUIT = 3;
    public const int SIGKILL = 9;
    public const int SIGPIPE = 13;
    public const int SIGTERM = 15;
    public const int SIGCHLD = 17;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;
    public const int SIGWINCH = 28;

    // What glibc leaves to programs: it keeps 32 and 33 for its threads.
    private const int SIGRTMIN = 34;
    private const int SIGRTMAX = 64;

    private static readonly string[] Names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    public static bool TryParse(string? text, out int signal)
    {
        signal = 0;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            signal = number;
            return number is > 0 and <= SIGRTMAX;
        }

        var name = (text ?? "").ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        signal = name switch
        {
            "" => 0,
            "IOT" => 6,
            "CLD" => SIGCHLD,
            "POLL" => 29,
            _ when name.StartsWith("RTM", StringComparison.Ordinal) => RealTime(name),
            _ => Math.Max(0, Array.IndexOf(Names, name)),
        };
        return signal > 0;
    }

    /// <summary>The name with its SIG prefix; a number that has none is written as digits.</summary>
    public static string Name(int signal) => signal switch
    {
        > 0 and < 32 => "SIG" + Names[signal],
        SIGRTMIN => "SIGRTMIN",
        > SIGRTMIN and <= SIGRTMAX => string.Create(CultureInfo.InvariantCulture, $"SIGRTMIN+{signal - SIGRTMIN}"),
        _ => signal.ToString(CultureInfo.InvariantCulture),
    };

    private static int RealTime(string name)
    {
        var sign = name.StartsWith("RTMIN", StringComparison.Ordinal) ? 1 : -1;
        var start = sign > 0 ? SIGRTMIN : SIGRTMAX;
        if (name.Length == 5 && name is "RTMIN" or "RTMAX")
        {
            return start;
        }

        var valid = name.Length > 6 && name[3..5] is "IN" or "AX" && name[5] == (sign > 0 ? '+' : '-');
        return valid && int.TryParse(name.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            && offset <= SIGRTMAX - SIGRTMIN
            ? start + (sign * offset)
            : 0;
    }
}

using System.Globalization;
using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>What a process does with a signal, as proc_pid_status(5) tells.</summary>
public static partial class SignalMask
{
    /// <summary>
    /// Takes signals back that whoever started this process had it ignore, as nohup and a shell's <c>&amp;</c> do. Before the runtime's
    /// own handlers: it leaves alone what is ignored.
    /// </summary>
    public static void Heed(params ReadOnlySpan<int> signals)
    {
        var ignored = Read(Environment.ProcessId, "SigIgn:");
        foreach (var signal in signals)
        {
            if ((ignored & Bit(signal)) != 0)
            {
                _ = SetHandler(signal, 0);
            }
        }
    }

    /// <summary>
    /// Whether the process has said anything about the signal: catches, blocks or ignores it. False means the default action. A
    /// process that is gone says nothing any more: true.
    /// </summary>
    /// <param name="signal">1 to 64.</param>
    public static bool Heeds(int pid, int signal)
    {
        try
        {
            return (Read(pid, "SigBlk:", "SigIgn:", "SigCgt:") & Bit(signal)) != 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static ulong Read(int pid, params string[] masks) => File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status"))
        .Where(line => masks.Any(mask => line.StartsWith(mask, StringComparison.Ordinal)))
        .Aggregate(0UL, (all, line) => all | ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    private static ulong Bit(int signal) => 1UL << (signal - 1);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);
}

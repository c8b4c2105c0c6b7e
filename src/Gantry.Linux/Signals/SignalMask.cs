using System.Globalization;

namespace Gantry.Linux;

/// <summary>What a process does with a signal, as proc_pid_status(5) tells.</summary>
public static class SignalMask
{
    /// <summary>
    /// Whether the process has said anything about the signal: catches, blocks or ignores it. False means the default action. A
    /// process that is gone says nothing any more: true.
    /// </summary>
    /// <param name="signal">1 to 64.</param>
    public static bool Heeds(int pid, int signal)
    {
        ulong masks = 0;
        try
        {
            foreach (var line in File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status")))
            {
                if (line.StartsWith("SigBlk:", StringComparison.Ordinal) || line.StartsWith("SigIgn:", StringComparison.Ordinal) || line.StartsWith("SigCgt:", StringComparison.Ordinal))
                {
                    masks |= ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                }
            }
        }
        catch (IOException)
        {
            return true;
        }

        return (masks & (1UL << (signal - 1))) != 0;
    }
}

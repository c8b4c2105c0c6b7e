using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gantry.Cli.Commands.Running;

/// <summary>Checks of run's options that docker makes before it asks the daemon. All throw <see cref="FormatException"/> with docker's words.</summary>
internal static partial class RunChecks
{
    private static readonly string[] Sysctls = ["kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced"];
    private static readonly string[] SysctlPrefixes = ["net.", "fs.mqueue."];

    public static void DeviceRule(string text)
    {
        if (!DeviceRulePattern().IsMatch(text))
        {
            throw new FormatException($"invalid device cgroup format '{text}'");
        }
    }

    public static void Address(string text)
    {
        if (!IPAddress.TryParse(text.Trim(), out _))
        {
            throw new FormatException($"IP address is not correctly formatted: {text}");
        }
    }

    public static void Sysctl(string text)
    {
        var name = text.Split('=', 2)[0];
        if (!text.Contains('=') || (!Sysctls.Contains(name) && !SysctlPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))))
        {
            throw new FormatException($"sysctl '{text}' is not allowed");
        }
    }

    /// <summary><c>all</c>, a number, or <c>device=0,1</c> and the like.</summary>
    public static string Gpus(string text)
    {
        if (!text.Contains('=') && text != "all" && !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            throw new FormatException($"invalid count ({text}): value must be either \"all\" or an integer: invalid syntax");
        }

        foreach (var part in text.Contains('=') ? Csv.Split(text) : [])
        {
            var key = part.Split('=', 2)[0];
            if (part.Contains('=') && key.ToLowerInvariant() is not ("driver" or "count" or "device" or "capabilities" or "options"))
            {
                throw new FormatException($"unexpected key '{key}' in '{part}'");
            }
        }

        return text;
    }

    /// <param name="what"><c>--pid</c> and <c>PID</c>.</param>
    public static void Mode(string value, string option, string what, params ReadOnlySpan<string> allowed)
    {
        if (value.Length > 0 && !allowed.Contains(value) && !(what is "PID" && value.StartsWith("container:", StringComparison.Ordinal)))
        {
            throw new FormatException($"{option}: invalid {what} mode");
        }
    }

    public static void SecurityOption(string text)
    {
        if (text != "no-new-privileges" && !text.Contains('=') && !text.Contains(':'))
        {
            throw new FormatException($"Invalid --security-opt: \"{text}\"");
        }
    }

    /// <summary>A profile as one line of JSON.</summary>
    public static string SeccompProfile(string file)
    {
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (IOException)
        {
            throw new FormatException($"opening seccomp profile ({file}) failed: open {file}: no such file or directory");
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return text.ReplaceLineEndings("");
        }
        catch (JsonException e)
        {
            throw new FormatException($"compacting json for seccomp profile ({file}) failed: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: not JSON");
        }
    }

    public static void MacAddress(string text)
    {
        if (text.Length > 0 && !Core.MacAddress.TryParse(text, null, out _))
        {
            throw new FormatException($"{text} is not a valid mac address");
        }
    }

    [GeneratedRegex(@"^[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}$")]
    private static partial Regex DeviceRulePattern();
}

using System.Globalization;
using System.Text;
using Gantry.Core;
using Gantry.Runtime;

namespace Gantry.Engine.Containers.Logs;

/// <summary>A line as a syslog message: the traditional local form, RFC 3164, or RFC 5424 with seconds or microseconds.</summary>
/// <param name="Name">Empty, <c>rfc3164</c>, <c>rfc5424</c> or <c>rfc5424micro</c>.</param>
/// <param name="Facility">0 to 23.</param>
/// <param name="CountsBytes">Each message goes with its length in front (RFC 5425, over TLS).</param>
internal sealed record SyslogFormat(string Name, int Facility, string Tag, string Hostname, int ProcessId, bool CountsBytes)
{
    private const int DaemonFacility = 3;
    private const int Error = 3;
    private const int Information = 6;

    private static readonly string[] Facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
        "", "", "", "", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    /// <summary>By name or number; <c>daemon</c> when empty.</summary>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static int FacilityOf(string text) =>
        text.Length == 0 ? DaemonFacility
        : Array.IndexOf(Facilities, text) is >= 0 and var named ? named
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Facilities.Length ? number
        : throw GantryException.Invalid("invalid syslog facility");

    public static void CheckName(string name)
    {
        if (name is not ("" or "rfc3164" or "rfc5424" or "rfc5424micro"))
        {
            throw GantryException.Invalid("Invalid syslog format");
        }
    }

    public byte[] Render(LogEntry entry)
    {
        var priority = (Facility * 8) + (entry.Source == LogSource.Stderr ? Error : Information);
        var time = entry.Time.ToLocalTime();
        var head = Name switch
        {
            "rfc5424" => $"<{priority}>1 {Iso(time, "yyyy-MM-ddTHH:mm:ss")} {Hostname} {Tag} {ProcessId} {Tag} - ",
            "rfc5424micro" => $"<{priority}>1 {Iso(time, "yyyy-MM-ddTHH:mm:ss.ffffff")} {Hostname} {Tag} {ProcessId} {Tag} - ",
            "rfc3164" => $"<{priority}>{Stamp(time)} {Hostname} {Tag}[{ProcessId}]: ",
            _ => $"<{priority}>{Stamp(time)} {Tag}[{ProcessId}]: ",
        };
        var line = entry.Line.Span.TrimEnd((byte)'\n');
        byte[] message = [.. Encoding.UTF8.GetBytes(head), .. line, (byte)'\n'];
        return CountsBytes ? [.. Encoding.ASCII.GetBytes($"{message.Length} "), .. message] : message;
    }

    // "Nov  5 02:09:09".
    private static string Stamp(DateTimeOffset time) =>
        time.ToString("MMM ", CultureInfo.InvariantCulture) + time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2) + time.ToString(" HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Iso(DateTimeOffset time, string format) =>
        time.ToString(format, CultureInfo.InvariantCulture) + (time.Offset == TimeSpan.Zero ? "Z" : time.ToString("zzz", CultureInfo.InvariantCulture));
}

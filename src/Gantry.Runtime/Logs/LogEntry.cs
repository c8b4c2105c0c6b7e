using System.Text;

namespace Gantry.Runtime;

/// <summary>The stream a line was written to.</summary>
public enum LogSource
{
    Stdout,
    Stderr,
}

/// <summary>One record of a log. A line ends with its newline; a piece of a longer one does not.</summary>
public sealed record LogEntry(LogSource Source, DateTimeOffset Time, ReadOnlyMemory<byte> Line)
{
    /// <summary>The nanosecond text as written in the file.</summary>
    public string TimeText
    {
        get => field ??= Encoding.ASCII.GetString(RawTime.Span);
        init;
    }

    // Few readers want the text: it becomes a string when asked for.
    internal ReadOnlyMemory<byte> RawTime { get; init; }
}

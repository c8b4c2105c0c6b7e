namespace Gantry.Linux.Files;

/// <summary>An instant with the kernel's precision: seconds since the epoch (may be negative) and nanoseconds after them.</summary>
public readonly record struct FileTime(long Seconds, uint Nanoseconds = 0) : IComparable<FileTime>
{
    /// <summary>The same instant without its fraction, as tar headers carry it.</summary>
    public FileTime WholeSeconds => new(Seconds);

    public static FileTime From(DateTimeOffset instant)
    {
        var (seconds, ticks) = Math.DivRem(instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks, TimeSpan.TicksPerSecond);
        return ticks < 0 ? new FileTime(seconds - 1, (uint)(ticks + TimeSpan.TicksPerSecond) * 100) : new FileTime(seconds, (uint)ticks * 100);
    }

    public DateTimeOffset ToDateTimeOffset()
    {
        const long first = -62_135_596_800, last = 253_402_300_799;
        return DateTimeOffset.UnixEpoch.AddTicks((Math.Clamp(Seconds, first, last) * TimeSpan.TicksPerSecond) + (Nanoseconds / 100));
    }

    public int CompareTo(FileTime other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    public static bool operator <(FileTime left, FileTime right) => left.CompareTo(right) < 0;

    public static bool operator >(FileTime left, FileTime right) => left.CompareTo(right) > 0;

    public static bool operator <=(FileTime left, FileTime right) => left.CompareTo(right) <= 0;

    public static bool operator >=(FileTime left, FileTime right) => left.CompareTo(right) >= 0;
}

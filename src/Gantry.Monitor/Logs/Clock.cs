using Gantry.Linux;

namespace Gantry.Monitor.Logs;

/// <summary>RFC 3339 times with nine digits, each later than the one before: lines keep their order when sorted by time.</summary>
internal sealed class Clock
{
    /// <summary>"2026-11-24T23:05:35.123456789Z".</summary>
    public const int TextLength = 30;

    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly byte[] text = "0000-00-00T00:00:00.000000000Z"u8.ToArray();
    private long second = long.MinValue;
    private long last;
    private long now;

    /// <summary>Looks at the clock: lines of one read share the moment, one nanosecond apart.</summary>
    public void Look() => now = Descriptors.RealTime();

    public ReadOnlySpan<byte> Next()
    {
        last = Math.Max(now, last + 1);
        var (seconds, nanoseconds) = Math.DivRem(last, NanosecondsPerSecond);
        if (seconds != second)
        {
            second = seconds;
            var date = DateTime.UnixEpoch.AddSeconds(seconds);
            Digits(text.AsSpan(0, 4), date.Year);
            Digits(text.AsSpan(5, 2), date.Month);
            Digits(text.AsSpan(8, 2), date.Day);
            Digits(text.AsSpan(11, 2), date.Hour);
            Digits(text.AsSpan(14, 2), date.Minute);
            Digits(text.AsSpan(17, 2), date.Second);
        }

        Digits(text.AsSpan(20, 9), (int)nanoseconds);
        return text;
    }

    private static void Digits(Span<byte> target, int value)
    {
        for (var i = target.Length - 1; i >= 0; i--)
        {
            target[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}

using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Gantry.Runtime.Logs;

/// <summary>
/// Parses <c>{"log":"...","stream":"stdout","time":"..."}</c> as bytes, in place: an unescaped line is never longer than its escaped form.
/// </summary>
internal sealed class RecordParser
{
    private readonly byte[] minute = new byte[16];
    private long minuteTicks;

    public bool TryParse(Memory<byte> record, [NotNullWhen(true)] out LogEntry? entry)
    {
        entry = null;
        var bytes = record.Span;
        if (!bytes.StartsWith("{\"log\":\""u8))
        {
            return false;
        }

        var text = record[8..];
        var close = ClosingQuote(text.Span);
        if (close < 0)
        {
            return false;
        }

        var rest = text[(close + 1)..];
        if (!TryField(rest, "\"stream\":\""u8, out var stream) || !TryField(rest, "\"time\":\""u8, out var time, last: true) || !TryTime(time.Span, out var instant))
        {
            return false;
        }

        var line = text[..Unescape(text.Span[..close])];
        var source = stream.Span.SequenceEqual("stderr"u8) ? LogSource.Stderr : LogSource.Stdout;
        entry = new LogEntry(source, instant, line) { RawTime = time };
        return true;
    }

    private static int ClosingQuote(ReadOnlySpan<byte> text)
    {
        var from = 0;
        while (true)
        {
            var quote = text[from..].IndexOf((byte)'"');
            if (quote < 0)
            {
                return -1;
            }

            quote += from;
            var backslashes = 0;
            while (quote - 1 - backslashes >= 0 && text[quote - 1 - backslashes] == (byte)'\\')
            {
                backslashes++;
            }

            if (backslashes % 2 == 0)
            {
                return quote;
            }

            from = quote + 1;
        }
    }

    // Attributes of the user's naming stand between the stream and the time.
    private static bool TryField(ReadOnlyMemory<byte> rest, ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value, bool last = false)
    {
        value = default;
        var at = last ? rest.Span.LastIndexOf(key) : rest.Span.IndexOf(key);
        if (at < 0)
        {
            return false;
        }

        var field = rest[(at + key.Length)..];
        var close = field.Span.IndexOf((byte)'"');
        value = close < 0 ? default : field[..close];
        return close >= 0;
    }

    /// <summary>Unescapes onto the same bytes; the new length.</summary>
    private static int Unescape(Span<byte> text)
    {
        var read = text.IndexOf((byte)'\\');
        if (read < 0)
        {
            return text.Length;
        }

        var written = read;
        while (read < text.Length)
        {
            if (text[read] != (byte)'\\' || read + 1 >= text.Length)
            {
                var run = text[read..].IndexOf((byte)'\\');
                run = run < 0 ? text.Length - read : Math.Max(1, run);
                text.Slice(read, run).CopyTo(text[written..]);
                read += run;
                written += run;
                continue;
            }

            var letter = text[read + 1];
            read += 2;
            if (letter == (byte)'u')
            {
                UnescapeRune(text, ref read, ref written);
                continue;
            }

            text[written++] = letter switch
            {
                (byte)'n' => 10,
                (byte)'r' => 13,
                (byte)'t' => 9,
                (byte)'b' => 8,
                (byte)'f' => 12,
                _ => letter,
            };
        }

        return written;
    }

    private static void UnescapeRune(Span<byte> text, ref int read, ref int written)
    {
        var value = Hex(text, read);
        read = Math.Min(read + 4, text.Length);
        if (value is >= 0xd800 and < 0xdc00 && text[read..].StartsWith("\\u"u8) && Hex(text, read + 2) is >= 0xdc00 and < 0xe000 and var low)
        {
            value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
            read = Math.Min(read + 6, text.Length);
        }

        var rune = Rune.IsValid(value) ? new Rune(value) : Rune.ReplacementChar;
        written += rune.EncodeToUtf8(text[written..]);
    }

    private static int Hex(ReadOnlySpan<byte> text, int at) =>
        at + 4 <= text.Length && Utf8Parser.TryParse(text.Slice(at, 4), out int value, out var consumed, 'x') && consumed == 4 ? value : 0xfffd;

    /// <summary>"2026-11-24T23:05:35.123456789Z", with zero to nine digits of fraction. Go writes UTC here.</summary>
    private bool TryTime(ReadOnlySpan<byte> text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length < 20 || text[^1] != (byte)'Z')
        {
            return false;
        }

        if (!text[..16].SequenceEqual(minute))
        {
            if (!Utf8Parser.TryParse(text[..4], out int year, out _) || !Two(text[5..], out var month) || !Two(text[8..], out var day)
                || !Two(text[11..], out var hour) || !Two(text[14..], out var minutes)
                || year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minutes > 59)
            {
                return false;
            }

            minuteTicks = new DateTime(year, month, day, hour, minutes, 0).Ticks;
            text[..16].CopyTo(minute);
        }

        if (!Two(text[17..], out var second))
        {
            return false;
        }

        var fraction = 0L;
        for (var digit = 0; digit < 7; digit++)
        {
            var at = 20 + digit;
            fraction = (fraction * 10) + (text[19] == (byte)'.' && at < text.Length - 1 ? text[at] - '0' : 0);
        }

        instant = new DateTimeOffset(minuteTicks + (second * TimeSpan.TicksPerSecond) + fraction, TimeSpan.Zero);
        return true;
    }

    private static bool Two(ReadOnlySpan<byte> text, out int value)
    {
        value = ((text[0] - '0') * 10) + (text[1] - '0');
        return value is >= 0 and < 100;
    }
}

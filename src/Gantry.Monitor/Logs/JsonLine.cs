using System.Text;

namespace Gantry.Monitor.Logs;

/// <summary>JSON string contents as Docker's json-file driver writes them (Go's encoding/json: &lt;, &gt; and &amp; escaped, U+FFFD for what is no UTF-8).</summary>
internal static class JsonLine
{
    /// <summary>No byte grows to more than this.</summary>
    public const int WorstGrowth = 6;

    // 1: copy as is; 0: look closer. Bytes from 0x80 on are UTF-8 to be checked.
    private static readonly byte[] Plain = BuildPlain();

    /// <summary>Writes <paramref name="text"/> escaped; the number of bytes written. The target must be WorstGrowth times as large.</summary>
    public static int Escape(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var written = 0;
        while (!text.IsEmpty)
        {
            var run = PlainRun(text);
            text[..run].CopyTo(target[written..]);
            written += run;
            text = text[run..];
            if (!text.IsEmpty)
            {
                text = text[EscapeOne(text, target, ref written)..];
            }
        }

        return written;
    }

    private static int PlainRun(ReadOnlySpan<byte> text)
    {
        var plain = Plain;
        var i = 0;
        while (i < text.Length && plain[text[i]] != 0)
        {
            i++;
        }

        return i;
    }

    private static int EscapeOne(ReadOnlySpan<byte> text, Span<byte> target, ref int written)
    {
        var value = text[0];
        if (value >= 0x80)
        {
            return CopyRune(text, target, ref written);
        }

        target[written++] = (byte)'\\';
        var letter = value switch { (byte)'"' => '"', (byte)'\\' => '\\', 10 => 'n', 13 => 'r', 9 => 't', _ => 'u' };
        target[written++] = (byte)letter;
        if (letter == 'u')
        {
            AppendHex(value, target, ref written);
        }

        return 1;
    }

    private static int CopyRune(ReadOnlySpan<byte> text, Span<byte> target, ref int written)
    {
        Rune.DecodeFromUtf8(text, out var rune, out var consumed);
        if (rune.Value is 0x2028 or 0x2029)
        {
            // Valid JSON, but not valid in the JavaScript some put it into: Go escapes them, so Docker's files have them escaped.
            target[written++] = (byte)'\\';
            target[written++] = (byte)'u';
            AppendHex(rune.Value, target, ref written);
            return consumed;
        }

        // An invalid sequence decodes to U+FFFD, three bytes for at most three consumed.
        written += rune.EncodeToUtf8(target[written..]);
        return consumed;
    }

    private static void AppendHex(int value, Span<byte> target, ref int written)
    {
        for (var shift = 12; shift >= 0; shift -= 4)
        {
            target[written++] = "0123456789abcdef"u8[(value >> shift) & 15];
        }
    }

    private static byte[] BuildPlain()
    {
        var plain = new byte[256];
        for (var value = 0x20; value < 0x80; value++)
        {
            plain[value] = value is '"' or '\\' or '<' or '>' or '&' ? (byte)0 : (byte)1;
        }

        return plain;
    }
}

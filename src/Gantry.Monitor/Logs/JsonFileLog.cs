using System.Text;

namespace Gantry.Monitor.Logs;

/// <summary>
/// Docker's json-file: one object a line, lines longer than 16 KiB in pieces without the newline. What is not ended by a newline waits
/// for the rest of its line or the end of the stream.
/// </summary>
internal sealed class JsonFileLog
{
    private const int MaxLine = 16 * 1024;
    private const int RecordOverhead = 128;
    private const int BufferSize = (MaxLine * JsonLine.WorstGrowth) + RecordOverhead;

    private readonly RotatingFile file;
    private readonly Clock clock = new();
    private readonly byte[] buffer;
    private readonly Pending[] pending = [new(), new()];
    private readonly byte[] attributes;
    private int filled;

    /// <param name="attributes">A JSON object that each record carries; null for none.</param>
    public JsonFileLog(RotatingFile file, string? attributes)
    {
        this.file = file;
        this.attributes = attributes is null ? [] : Encoding.UTF8.GetBytes(",\"attrs\":" + attributes);
        buffer = GC.AllocateUninitializedArray<byte>(BufferSize + this.attributes.Length);
    }

    /// <param name="source">1 for stdout, 2 for stderr.</param>
    public void Write(int source, ReadOnlySpan<byte> chunk)
    {
        clock.Look();
        var rest = pending[source - 1];
        while (!chunk.IsEmpty)
        {
            var newline = chunk.IndexOf((byte)'\n');
            var line = newline < 0 ? chunk : chunk[..newline];
            chunk = chunk[line.Length..];
            AddLine(source, rest, line, ended: newline >= 0);
            chunk = newline >= 0 ? chunk[1..] : chunk;
        }

        Flush();
    }

    /// <summary>Writes lines that never got their newline.</summary>
    public void End()
    {
        clock.Look();
        for (var source = 1; source <= 2; source++)
        {
            var rest = pending[source - 1];
            if (rest.Length > 0)
            {
                AddRecord(source, rest.Bytes, newline: false);
                rest.Length = 0;
            }
        }

        Flush();
    }

    private void AddLine(int source, Pending rest, ReadOnlySpan<byte> line, bool ended)
    {
        while (rest.Length + line.Length >= MaxLine && !(ended && rest.Length + line.Length == MaxLine))
        {
            var piece = line[..WholeRunes(line, MaxLine - rest.Length)];
            rest.Append(piece);
            AddRecord(source, rest.Bytes, newline: false);
            rest.Length = 0;
            line = line[piece.Length..];
        }

        if (!ended)
        {
            rest.Append(line);
        }
        else if (rest.Length == 0)
        {
            AddRecord(source, line, newline: true);
        }
        else
        {
            rest.Append(line);
            AddRecord(source, rest.Bytes, newline: true);
            rest.Length = 0;
        }
    }

    // A cut inside a character would turn both halves into U+FFFD.
    private static int WholeRunes(ReadOnlySpan<byte> line, int length)
    {
        var cut = length;
        while (cut > 0 && length - cut < 3 && cut < line.Length && (line[cut] & 0xc0) == 0x80)
        {
            cut--;
        }

        return cut > 0 ? cut : length;
    }

    private void AddRecord(int source, ReadOnlySpan<byte> line, bool newline)
    {
        if (buffer.Length - filled < attributes.Length + (line.Length * JsonLine.WorstGrowth) + RecordOverhead)
        {
            Flush();
        }

        if (file.Room - filled <= 0)
        {
            Flush();
            file.Rotate();
        }

        Add("{\"log\":\""u8);
        filled += JsonLine.Escape(line, buffer.AsSpan(filled));
        Add(newline ? "\\n\",\"stream\":\""u8 : "\",\"stream\":\""u8);
        Add(source == 1 ? "stdout\""u8 : "stderr\""u8);
        Add(attributes);
        Add(",\"time\":\""u8);
        Add(clock.Next());
        Add("\"}\n"u8);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.AsSpan(filled));
        filled += bytes.Length;
    }

    private void Flush()
    {
        if (filled > 0)
        {
            file.Append(buffer.AsSpan(0, filled));
            filled = 0;
        }
    }

    private sealed class Pending
    {
        private byte[]? bytes;

        public int Length { get; set; }

        public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, Length);

        public void Append(ReadOnlySpan<byte> more)
        {
            bytes ??= GC.AllocateUninitializedArray<byte>(MaxLine + 4);
            more.CopyTo(bytes.AsSpan(Length));
            Length += more.Length;
        }
    }
}

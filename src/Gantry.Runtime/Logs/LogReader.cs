using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Runtime.Logs;

/// <summary>Reads one log file forward, record by record. At the end it may be asked again: a file that has grown goes on.</summary>
internal sealed class LogReader(SafeFileHandle file, long offset) : IDisposable
{
    private const int BlockSize = 256 * 1024;

    private readonly RecordParser parser = new();
    private byte[] buffer = GC.AllocateUninitializedArray<byte>(BlockSize);
    private int start;
    private int end;

    public bool HasMore
    {
        get
        {
            var length = RandomAccess.GetLength(file);
            if (length < offset)
            {
                // Truncated: a log of one file starts over when it is full.
                (offset, start, end) = (0, 0, 0);
            }

            return length > offset;
        }
    }

    /// <summary>Records that are none are skipped, as Docker does after a crash tore one.</summary>
    public bool TryRead([NotNullWhen(true)] out LogEntry? entry)
    {
        while (true)
        {
            var newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (newline < 0)
            {
                if (!Fill())
                {
                    entry = null;
                    return false;
                }

                continue;
            }

            var record = buffer.AsMemory(start, newline);
            start += newline + 1;
            if (parser.TryParse(record, out entry))
            {
                return true;
            }
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>
    /// Entries keep pointing into the buffer they were parsed from, so a full one is left to them and a new one begun.
    /// </summary>
    private bool Fill()
    {
        if (end == buffer.Length)
        {
            var rest = end - start;
            var next = GC.AllocateUninitializedArray<byte>(Math.Max(BlockSize, rest * 2));
            buffer.AsSpan(start, rest).CopyTo(next);
            (buffer, start, end) = (next, 0, rest);
        }

        var count = RandomAccess.Read(file, buffer.AsSpan(end), offset);
        offset += count;
        end += count;
        return count > 0;
    }
}

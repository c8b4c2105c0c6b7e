using System.Globalization;
using System.IO.Compression;
using System.Text;
using Gantry.Linux;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Runtime.Logs;

/// <summary>
/// A log and its rotated predecessors, oldest first. What is open here can be read whatever is renamed or removed meanwhile; for a follower
/// newer files are opened as they appear, so that a reader slower than the writer loses nothing until <see cref="MostKept"/> wait for it.
/// </summary>
internal sealed class LogFiles : IDisposable
{
    private const int BlockSize = 64 * 1024;

    /// <summary>Bytes in unread files that a slow follower may keep on the disk after their names are gone.</summary>
    private const long MostKept = 1L << 30;

    /// <summary>Between looks for a rotation: a third of a writer's files at 100 MB/s with the default of 10 MB and three files.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(25);

    private readonly Lock gate = new();
    private readonly string path;
    private readonly List<SafeFileHandle> files = [];
    private readonly Timer? lookout;
    private FileIdentity? newest;
    private int taken;
    private bool disposed;

    private LogFiles(string path, bool follow)
    {
        this.path = path;
        lookout = follow ? new Timer(_ => TryLook()) : null;
    }

    public int Count
    {
        get
        {
            lock (gate)
            {
                return files.Count;
            }
        }
    }

    /// <summary>
    /// The newest is opened first: a rotation in between makes it appear a second time, as name.1, and is recognised by its inode.
    /// </summary>
    public static LogFiles Open(string path, bool follow)
    {
        var found = new LogFiles(path, follow);
        var seen = new HashSet<FileIdentity>();
        for (var number = 0; TryOpen(Name(path, number)) is { } file; number++)
        {
            if (FileIdentity.Find(file) is { } identity && seen.Add(identity))
            {
                found.files.Insert(0, file);
                found.newest ??= identity;
            }
            else
            {
                file.Dispose();
            }
        }

        return found;
    }

    /// <summary>Hands the file over to its reader.</summary>
    public SafeFileHandle Take(int index)
    {
        lock (gate)
        {
            taken = index + 1;
            return files[index];
        }
    }

    /// <summary>Whether newer files are looked for all the time: while the reader is behind. At the end of the log it asks itself.</summary>
    public void LookOut(bool on) => lookout?.Change(on ? LookInterval : Timeout.InfiniteTimeSpan, LookInterval);

    /// <summary>Opens the files begun since the last look: usually none, several when several rotations were slept through.</summary>
    public void Look()
    {
        lock (gate)
        {
            if (disposed || FileIdentity.Find(path) is not { } current || current == newest || Kept() > MostKept)
            {
                return;
            }

            var (at, first) = (files.Count, default(FileIdentity?));
            for (var number = 0; TryOpen(Name(path, number)) is { } file; number++)
            {
                var identity = FileIdentity.Find(file);
                if (identity == newest)
                {
                    file.Dispose();
                    break;
                }

                first ??= identity;
                files.Insert(at, file);
            }

            newest = first ?? newest;
        }
    }

    /// <summary>Where the last <paramref name="count"/> records begin.</summary>
    public (int File, long Offset) PositionOfLast(int count)
    {
        if (count <= 0)
        {
            return files.Count == 0 ? (0, 0) : (files.Count - 1, RandomAccess.GetLength(files[^1]));
        }

        var missing = (long)count;
        for (var i = files.Count - 1; i >= 0; i--)
        {
            var offset = OffsetOfLast(files[i], ref missing);
            if (missing == 0)
            {
                return (i, offset);
            }
        }

        return (0, 0);
    }

    /// <summary>Where the record after the one of this time begins; the very beginning when there is none of this time.</summary>
    public (int File, long Offset) PositionAfter(string time)
    {
        var record = Encoding.ASCII.GetBytes($"\"time\":\"{time}\"}}\n");
        for (var i = files.Count - 1; i >= 0; i--)
        {
            if (OffsetAfter(files[i], record) is { } offset)
            {
                return (i, offset);
            }
        }

        return (0, 0);
    }

    public void Dispose()
    {
        lookout?.Dispose();
        lock (gate)
        {
            disposed = true;
            foreach (var file in files.Skip(taken))
            {
                file.Dispose();
            }
        }
    }

    // The next look, or the reader's own, meets what was wrong.
    private void TryLook()
    {
        try
        {
            Look();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private long Kept() => files.Skip(taken).Sum(RandomAccess.GetLength);

    private static string Name(string path, int number) => number == 0 ? path : $"{path}.{number.ToString(CultureInfo.InvariantCulture)}";

    private static SafeFileHandle? TryOpen(string name)
    {
        try
        {
            return File.OpenHandle(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return TryUnpack(name + ".gz");
        }
    }

    /// <summary>A rotated file that was compressed: its text in a file without a name.</summary>
    private static SafeFileHandle? TryUnpack(string name)
    {
        SafeFileHandle? text = null;
        try
        {
            using var packed = new GZipStream(File.OpenRead(name), CompressionMode.Decompress);
            text = File.OpenHandle(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.DeleteOnClose);
            var block = new byte[BlockSize];
            for (var offset = 0L; packed.Read(block) is > 0 and var count; offset += count)
            {
                RandomAccess.Write(text, block.AsSpan(0, count), offset);
            }

            return text;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            text?.Dispose();
            return null;
        }
    }

    private static long? OffsetAfter(SafeFileHandle file, byte[] record)
    {
        var block = new byte[BlockSize];
        var offset = 0L;
        while (RandomAccess.Read(file, block, offset) is > 0 and var count && count >= record.Length)
        {
            var found = block.AsSpan(0, count).IndexOf(record);
            if (found >= 0)
            {
                return offset + found + record.Length;
            }

            // One byte less than the record: it may go over the block's end.
            offset += count - record.Length + 1;
        }

        return null;
    }

    private static long OffsetOfLast(SafeFileHandle file, ref long missing)
    {
        var block = new byte[BlockSize];
        var end = RandomAccess.GetLength(file);
        var last = end;
        while (end > 0)
        {
            var start = Math.Max(0, end - BlockSize);
            var bytes = block.AsSpan(0, RandomAccess.Read(file, block.AsSpan(0, (int)(end - start)), start));
            while (bytes.LastIndexOf((byte)'\n') is >= 0 and var newline)
            {
                // The newline before a record: the one that ends the file is no record's beginning.
                var position = start + newline + 1;
                if (position < last && --missing == 0)
                {
                    return position;
                }

                bytes = bytes[..newline];
            }

            end = start;
        }

        // The first record of a file has no newline before it.
        missing -= last > 0 ? 1 : 0;
        return 0;
    }
}

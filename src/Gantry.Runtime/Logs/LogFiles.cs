using System.Globalization;
using System.IO.Compression;
using Gantry.Linux;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Runtime.Logs;

/// <summary>A log and its rotated predecessors, oldest first, as they are at one moment whatever is renamed meanwhile.</summary>
internal sealed class LogFiles : IDisposable
{
    private const int BlockSize = 64 * 1024;

    private readonly string path;
    private readonly List<SafeFileHandle> files = [];
    private int taken;

    private LogFiles(string path) => this.path = path;

    public int Count => files.Count;

    /// <summary>
    /// The newest is opened first: a rotation in between makes it appear a second time, as name.1, and is recognised by its inode.
    /// </summary>
    public static LogFiles Open(string path)
    {
        var found = new LogFiles(path);
        var seen = new HashSet<FileIdentity>();
        for (var number = 0; TryOpen(Name(path, number)) is { } file; number++)
        {
            if (FileIdentity.Find(file) is { } identity && seen.Add(identity))
            {
                found.files.Insert(0, file);
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
        taken = index + 1;
        return files[index];
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

    /// <summary>
    /// Adds the files written after <paramref name="finished"/> was rotated away: usually one, more when several rotations were slept through.
    /// </summary>
    public void AddAfter(FileIdentity? finished)
    {
        var later = new List<SafeFileHandle>();
        for (var number = 0; TryOpen(Name(path, number)) is { } file; number++)
        {
            if (FileIdentity.Find(file) == finished)
            {
                file.Dispose();
                break;
            }

            later.Insert(0, file);
        }

        files.AddRange(later);
    }

    public void Dispose()
    {
        foreach (var file in files.Skip(taken))
        {
            file.Dispose();
        }
    }

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
        try
        {
            using var packed = new GZipStream(File.OpenRead(name), CompressionMode.Decompress);
            var text = File.OpenHandle(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.DeleteOnClose);
            var block = new byte[BlockSize];
            for (var offset = 0L; packed.Read(block) is > 0 and var count; offset += count)
            {
                RandomAccess.Write(text, block.AsSpan(0, count), offset);
            }

            return text;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return null;
        }
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

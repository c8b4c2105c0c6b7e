using Gantry.Linux;

namespace Gantry.Monitor.Logs;

/// <summary>
/// An append-only file that is moved to name.1, name.2 ... when it has reached its size; compressed, if so asked, to name.1.gz by the host's
/// gzip. A full disk loses lines, not the container.
/// </summary>
internal sealed class RotatingFile
{
    private static readonly string[] Compressors = ["/usr/bin/gzip", "/bin/gzip"];

    private readonly string path;
    private readonly long maxSize;
    private readonly int maxFiles;
    private readonly bool compress;
    private int fd;
    private long size;
    private int compressor;

    public RotatingFile(string path, long maxSize, int maxFiles, bool compress)
    {
        (this.path, this.maxSize, this.maxFiles, this.compress) = (path, maxSize, maxFiles, compress);
        Open(0);
    }

    /// <summary>Bytes that still belong into this file; a record begun within them may exceed it, as Docker's does.</summary>
    public long Room => maxSize <= 0 ? long.MaxValue : maxSize - size;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Descriptors.WriteAll(fd, bytes) == 0)
        {
            size += bytes.Length;
        }
    }

    public void Rotate()
    {
        _ = Descriptors.Close(fd);
        if (maxFiles < 2)
        {
            Open(Descriptors.O_TRUNC);
            return;
        }

        FinishCompressing();
        for (var number = maxFiles - 1; number > 1; number--)
        {
            Move(Name(number - 1), Name(number));
        }

        _ = Descriptors.Rename(path, Name(1));
        Open(0);
        if (compress)
        {
            Compress(Name(1));
        }
    }

    // Whichever of the two forms there is; the other form of an older one must not stay behind.
    private static void Move(string from, string to)
    {
        foreach (var (suffix, other) in new[] { ("", ".gz"), (".gz", "") })
        {
            if (Descriptors.Rename(from + suffix, to + suffix) == 0)
            {
                _ = Descriptors.Unlink(to + other);
            }
        }
    }

    // gzip writes beside and removes the original at its end: a reader finds the one or the other. Nobody waits unless the next one is full already.
    private void Compress(string file)
    {
        foreach (var program in Compressors)
        {
            compressor = ChildProcess.Spawn(new SpawnRequest { Path = program, Arguments = ["gzip", "-f", file], Environment = [], Descriptors = [] });
            if (compressor > 0)
            {
                return;
            }
        }

        compressor = 0;
    }

    // Reaped here, or by the monitor's loop already.
    private void FinishCompressing()
    {
        if (compressor > 0)
        {
            _ = ChildProcess.Wait(compressor, block: true, out _);
            compressor = 0;
        }
    }

    private void Open(int flags)
    {
        fd = Descriptors.Open(path, Descriptors.O_WRONLY | Descriptors.O_CREAT | Descriptors.O_APPEND | flags, 0x1a0);
        size = Math.Max(0, Descriptors.Size(fd));
    }

    private string Name(int number) => path + "." + number.ToString();
}

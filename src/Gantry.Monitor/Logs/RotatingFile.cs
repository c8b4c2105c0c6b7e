using Gantry.Linux;

namespace Gantry.Monitor.Logs;

/// <summary>An append-only file that is moved to name.1, name.2 ... when it has reached its size. A full disk loses lines, not the container.</summary>
internal sealed class RotatingFile
{
    private readonly string path;
    private readonly long maxSize;
    private readonly int maxFiles;
    private int fd;
    private long size;

    public RotatingFile(string path, long maxSize, int maxFiles)
    {
        (this.path, this.maxSize, this.maxFiles) = (path, maxSize, maxFiles);
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

        for (var number = maxFiles - 1; number > 1; number--)
        {
            _ = Descriptors.Rename(Name(number - 1), Name(number));
        }

        _ = Descriptors.Rename(path, Name(1));
        Open(0);
    }

    private void Open(int flags)
    {
        fd = Descriptors.Open(path, Descriptors.O_WRONLY | Descriptors.O_CREAT | Descriptors.O_APPEND | flags, 0x1a0);
        size = Math.Max(0, Descriptors.Size(fd));
    }

    private string Name(int number) => path + "." + number.ToString();
}

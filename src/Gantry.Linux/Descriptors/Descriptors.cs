using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>
/// Raw descriptor calls for loops that must not allocate or throw: each returns what the system call returned, or the negated errno.
/// Whatever it opens is close-on-exec.
/// </summary>
public static unsafe partial class Descriptors
{
    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_TRUNC = 0x200;
    public const int O_APPEND = 0x400;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;
    public const int O_DIRECTORY = 0x10000;
    private const int F_GETFL = 3;
    private const int F_SETFL = 4;
    private const int F_DUPFD_CLOEXEC = 1030;
    private const int F_SETPIPE_SZ = 1031;

    public static int Open(string path, int flags, uint mode = 0) => Result(open(path, flags | O_CLOEXEC, mode));

    /// <summary>Reads once; 0 at the end. An interrupted call is repeated.</summary>
    public static int Read(int fd, Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            while (true)
            {
                var count = (int)read(fd, pointer, (nuint)buffer.Length);
                if (count >= 0 || Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
                {
                    return Result(count);
                }
            }
        }
    }

    /// <summary>Writes once and may write less than asked.</summary>
    public static int Write(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* pointer = bytes)
        {
            while (true)
            {
                var count = (int)write(fd, pointer, (nuint)bytes.Length);
                if (count >= 0 || Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
                {
                    return Result(count);
                }
            }
        }
    }

    /// <summary>Writes everything to a blocking descriptor; 0, or the negated errno of the write that failed.</summary>
    public static int WriteAll(int fd, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = Write(fd, bytes);
            if (count < 0)
            {
                return count;
            }

            bytes = bytes[count..];
        }

        return 0;
    }

    public static int Close(int fd) => Result(close(fd));

    public static int Pipe(out int readEnd, out int writeEnd)
    {
        var ends = stackalloc int[2];
        var result = Result(pipe2(ends, O_CLOEXEC));
        (readEnd, writeEnd) = (ends[0], ends[1]);
        return result;
    }

    public static int SetNonBlocking(int fd)
    {
        var flags = fcntl(fd, F_GETFL, 0);
        return Result(flags < 0 ? flags : fcntl(fd, F_SETFL, flags | O_NONBLOCK));
    }

    public static int SetPipeSize(int fd, int bytes) => Result(fcntl(fd, F_SETPIPE_SZ, bytes));

    /// <summary>A close-on-exec duplicate numbered <paramref name="lowest"/> or higher.</summary>
    public static int DuplicateAbove(int fd, int lowest) => Result(fcntl(fd, F_DUPFD_CLOEXEC, lowest));

    public static long Size(int fd)
    {
        var end = lseek(fd, 0, 2);
        return end < 0 ? -Marshal.GetLastPInvokeError() : end;
    }

    public static int Rename(string from, string to) => Result(rename(from, to));

    public static int Unlink(string path) => Result(unlink(path));

    public static int MakeDirectory(string path, uint mode) => Result(mkdir(path, mode));

    public static int RemoveDirectory(string path) => Result(rmdir(path));

    public static int ChangeDirectory(int directory) => Result(fchdir(directory));

    /// <summary>Nanoseconds since the Unix epoch.</summary>
    public static long RealTime()
    {
        TimeSpecification now;
        _ = clock_gettime(0, &now);
        return (now.tv_sec * 1_000_000_000) + now.tv_nsec;
    }

    /// <summary>Milliseconds of the monotonic clock.</summary>
    public static long Milliseconds()
    {
        TimeSpecification now;
        _ = clock_gettime(1, &now);
        return (now.tv_sec * 1000) + (now.tv_nsec / 1_000_000);
    }

    internal static int Result(int value) => value >= 0 ? value : -Marshal.GetLastPInvokeError();
}

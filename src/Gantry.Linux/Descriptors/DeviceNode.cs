using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>What a character or block special file stands for: stat(2)'s st_rdev, mode and owner.</summary>
/// <param name="Kind">'c' or 'b'.</param>
public readonly unsafe partial record struct DeviceNode(char Kind, uint Major, uint Minor, uint Mode, uint Uid, uint Gid)
{
    private const int AT_FDCWD = -100;
    private const uint STATX_BASIC_STATS = 0x7ff;
    private const int S_IFMT = 0xf000;
    private const int S_IFCHR = 0x2000;
    private const int S_IFBLK = 0x6000;

    /// <summary>Follows symbolic links; null when the path is missing or no device.</summary>
    public static DeviceNode? Find(string path)
    {
        Statx buffer;
        if (statx(AT_FDCWD, path, 0, STATX_BASIC_STATS, &buffer) != 0)
        {
            return null;
        }

        return (buffer.Mode & S_IFMT) switch
        {
            S_IFCHR => From('c', buffer),
            S_IFBLK => From('b', buffer),
            _ => null,
        };
    }

    private static DeviceNode From(char kind, in Statx buffer) =>
        new(kind, buffer.RdevMajor, buffer.RdevMinor, buffer.Mode & 0xfffu, buffer.Uid, buffer.Gid);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, Statx* buffer);

    /// <summary>struct statx (statx(2)), 256 bytes; only the fields read here are named.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(20)]
        public uint Uid;

        [FieldOffset(24)]
        public uint Gid;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(128)]
        public uint RdevMajor;

        [FieldOffset(132)]
        public uint RdevMinor;
    }
}

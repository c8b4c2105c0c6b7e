using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>Which file it is, whatever its name now: device and inode. A name whose file was replaced answers with another identity.</summary>
public readonly unsafe partial record struct FileIdentity(ulong Device, ulong Inode)
{
    private const int AT_FDCWD = -100;
    private const int AT_EMPTY_PATH = 0x1000;
    private const uint STATX_INO = 0x100;

    public static FileIdentity? Find(string path) => Find(AT_FDCWD, path, 0);

    public static FileIdentity? Find(SafeHandle file) => Find((int)file.DangerousGetHandle(), "", AT_EMPTY_PATH);

    private static FileIdentity? Find(int directory, string path, int flags)
    {
        // struct statx (statx(2)): stx_ino at 32, stx_dev_major and _minor at 136 and 140.
        var buffer = stackalloc byte[256];
        return statx(directory, path, flags, STATX_INO, buffer) == 0
            ? new FileIdentity(*(ulong*)(buffer + 136), *(ulong*)(buffer + 32))
            : null;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, byte* buffer);
}

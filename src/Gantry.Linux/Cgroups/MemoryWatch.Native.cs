using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <content>sys/eventfd.h and sys/inotify.h.</content>
public sealed unsafe partial class MemoryWatch
{
    private const int EFD_CLOEXEC = 0x80000;
    private const int EFD_NONBLOCK = 0x800;
    private const int IN_CLOEXEC = 0x80000;
    private const int IN_NONBLOCK = 0x800;
    private const uint IN_MODIFY = 2;

    [StructLayout(LayoutKind.Sequential)]
    private struct InotifyEvent
    {
        public int wd;
        public uint mask;
        public uint cookie;
        public uint len;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_init1(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int inotify_add_watch(int fd, string path, uint mask);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_rm_watch(int fd, int watch);
}

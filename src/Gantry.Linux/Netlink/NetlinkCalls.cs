using System.Runtime.InteropServices;

namespace Gantry.Linux.Netlink;

/// <summary>socket(2), send(2) and recv(2) as netlink(7) uses them.</summary>
internal static partial class NetlinkCalls
{
    internal const int AF_NETLINK = 16;
    internal const int SOCK_RAW = 3;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int MSG_TRUNC = 0x20;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(FileDescriptor fd, ReadOnlySpan<byte> buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Receive(FileDescriptor fd, Span<byte> buffer, nint length, int flags);
}

using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>
/// signalfd(2). In a .NET program it works only for signals that were blocked when it was started (<see cref="SpawnRequest.BlockedSignals"/>):
/// the runtime's own threads exist before Main and would receive them otherwise.
/// </summary>
public static unsafe partial class SignalDescriptor
{
    private const int SFD_FLAGS = 0x80000 | 0x800;

    /// <summary>A non-blocking, close-on-exec descriptor, or the negated errno.</summary>
    public static int Open(int signal)
    {
        var mask = stackalloc ulong[16];
        new Span<ulong>(mask, 16).Clear();
        mask[(signal - 1) / 64] = 1UL << ((signal - 1) % 64);
        _ = pthread_sigmask(0, mask, null);
        return Descriptors.Result(signalfd(-1, mask, SFD_FLAGS));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int signalfd(int fd, ulong* mask, int flags);

    [LibraryImport("libc")]
    private static partial int pthread_sigmask(int how, ulong* set, ulong* old);
}

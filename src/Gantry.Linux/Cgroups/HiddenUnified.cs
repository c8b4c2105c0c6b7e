using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>
/// A mount namespace, for the calling thread, in which <c>/sys/fs/cgroup/unified</c> does not exist. crun refuses a cgroup v1 host whose
/// unified hierarchy has controllers (src/libcrun/cgroup-utils.c, "hybrid mode not supported"), and looks only at that mount.
/// </summary>
/// <remarks>
/// The thread goes back as soon as crun runs: a namespace kept alive would pin every mount of the moment it was copied, and a container's
/// root could not be unmounted. Only the cgroup tmpfs is made private, so volumes keep their propagation.
/// </remarks>
public static unsafe partial class HiddenUnified
{
    private const int CLONE_NEWNS = 0x20000;
    private const nuint MS_PRIVATE = 1 << 18;
    private const int MNT_DETACH = 2;

    /// <summary>A descriptor to give to <see cref="Leave"/>, or the negated errno; then nothing has changed.</summary>
    public static int Enter()
    {
        var original = Descriptors.Open("/proc/thread-self/ns/mnt", Descriptors.O_RDONLY);
        if (original < 0)
        {
            return original;
        }

        var error = Descriptors.Result(unshare(CLONE_NEWNS));
        if (error < 0)
        {
            _ = Descriptors.Close(original);
            return error;
        }

        _ = mount(null, "/sys/fs/cgroup", null, MS_PRIVATE, null);
        _ = umount2("/sys/fs/cgroup/unified", MNT_DETACH);
        return original;
    }

    /// <summary>Back to the namespace that <see cref="Enter"/> left; the working directory becomes its root.</summary>
    public static int Leave(int original)
    {
        var result = Descriptors.Result(setns(original, CLONE_NEWNS));
        _ = Descriptors.Close(original);
        return result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int fd, int type);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string? source, string target, string? type, nuint flags, void* data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int umount2(string target, int flags);
}

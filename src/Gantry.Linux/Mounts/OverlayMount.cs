using System.Runtime.InteropServices;
using System.Text;
using static Gantry.Linux.Mounts.MountNative;

namespace Gantry.Linux.Mounts;

/// <summary>
/// A writable overlayfs over any number of lower directories. Layers go in one by one (<c>lowerdir+</c>, Linux 6.8), so
/// their number is not bound by the page of options that mount(2) takes. Redirects and metadata-only copies stay off: an
/// upper directory must be a complete layer by itself (Documentation/filesystems/overlayfs.rst).
/// </summary>
public sealed record OverlayMount
{
    // mount(2) takes one page, with its closing zero.
    private const int MostOptions = 4095;

    // Before Linux 6.5 overlayfs knew its parameters only when the mount was made, and took every name until then.
    private static readonly Lazy<bool> KnowsParameters = new(() =>
    {
        using var context = Descriptor(syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC), "fsopen");
        return syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "no-such-parameter", "", 0) < 0;
    });

    /// <summary>Topmost first; at least one.</summary>
    public required IReadOnlyList<string> LowerDirectories { get; init; }

    public required string UpperDirectory { get; init; }

    /// <summary>Empty, on the upper directory's file system.</summary>
    public required string WorkDirectory { get; init; }

    /// <summary>
    /// Skips every sync, also the one of the whole disk that unmounting costs. For what need not outlive a power failure.
    /// </summary>
    public bool Volatile { get; init; }

    /// <summary>Mounts on <paramref name="target"/>.</summary>
    public void MountOn(string target)
    {
        using var context = Descriptor(syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC), "fsopen");
        Set(context, "source", "overlay");
        if (!KnowsParameters.Value || !TrySetLowers(context))
        {
            MountByOptions(target);
            return;
        }

        Set(context, "upperdir", UpperDirectory);
        Set(context, "workdir", WorkDirectory);
        Set(context, "redirect_dir", "off");
        Set(context, "metacopy", "off");
        Set(context, "index", "off");
        if (Volatile)
        {
            Check(syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, "volatile", null, 0), context, "volatile");
        }

        Check(syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, null, null, 0), context, target);
        using var mount = Descriptor(syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0), "fsmount");
        Check(syscall(SYS_move_mount, mount, "", Files.FileNative.AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH), context, target);
    }

    private static FileDescriptor Descriptor(nint result, string call) => new(LinuxException.Check((int)result, call));

    private static void Set(FileDescriptor context, string key, string value) =>
        Check(syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value, 0), context, $"{key}={value}");

    private static void Check(nint result, FileDescriptor context, string subject)
    {
        if (result < 0)
        {
            var errno = (Errno)Marshal.GetLastPInvokeError();
            throw new LinuxException("mount overlay", errno, subject + KernelMessage(context));
        }
    }

    // The context's own log says what errno cannot (fsopen(2)).
    private static unsafe string KernelMessage(FileDescriptor context)
    {
        var buffer = stackalloc byte[512];
        var length = read(context, buffer, 512);
        return length > 0 ? $" ({Encoding.UTF8.GetString(buffer, (int)length).Trim()})" : "";
    }

    private bool TrySetLowers(FileDescriptor context)
    {
        foreach (var lower in LowerDirectories)
        {
            if (syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "lowerdir+", lower, 0) < 0)
            {
                if ((Errno)Marshal.GetLastPInvokeError() == Errno.EINVAL && lower == LowerDirectories[0] && Directory.Exists(lower))
                {
                    return false;
                }

                Check(-1, context, $"lowerdir+={lower}");
            }
        }

        return true;
    }

    // Many lower directories fit into the page by their descriptors' short names.
    private void MountByOptions(string target)
    {
        var options = Options(LowerDirectories.Select(Escape));
        List<FileDescriptor> opened = [];
        try
        {
            if (Encoding.UTF8.GetByteCount(options) > MostOptions)
            {
                foreach (var lower in LowerDirectories)
                {
                    var fd = Descriptors.Open(lower, Descriptors.O_RDONLY | Descriptors.O_DIRECTORY);
                    opened.Add(fd < 0 ? throw new LinuxException("open", (Errno)(-fd), lower) : new FileDescriptor(fd));
                }

                options = Options(opened.Select(lower => $"/proc/self/fd/{lower.DangerousGetHandle()}"));
            }

            LinuxException.Check(mount("overlay", target, "overlay", 0, options), "mount overlay", target);
        }
        finally
        {
            opened.ForEach(lower => lower.Dispose());
        }
    }

    private string Options(IEnumerable<string> lowers) => new StringBuilder("lowerdir=").AppendJoin(':', lowers)
        .Append(",upperdir=").Append(Escape(UpperDirectory)).Append(",workdir=").Append(Escape(WorkDirectory))
        .Append(",redirect_dir=off,metacopy=off,index=off").Append(Volatile ? ",volatile" : "").ToString();

    private static string Escape(string path) => path.Replace("\\", "\\\\").Replace(":", "\\:").Replace(",", "\\,");
}

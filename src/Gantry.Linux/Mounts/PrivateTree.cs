using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Namespaces;
using static Gantry.Linux.Mounts.MountNative;

namespace Gantry.Linux.Mounts;

/// <summary>What a <see cref="PrivateTree"/> shows at a path of the tree; folders and files missing there are made.</summary>
/// <param name="Subpath">What of the source is shown, empty for all of it; no link in the source leads out of it.</param>
public readonly record struct TreeBind(string Source, string Destination, bool ReadOnly, string Subpath = "");

/// <summary>
/// A mounted tree with other folders and files bound into it, in a mount namespace of its own that holds nothing else: no
/// other process sees it, it keeps none of the host's mounts busy, and it is gone with this object. Any thread may use it
/// through <see cref="Root"/>, because a descriptor keeps the mount it was opened on.
/// </summary>
public sealed class PrivateTree : IDisposable
{
    private readonly FileDescriptor mounts;

    private PrivateTree(FileDescriptor mounts, FileDescriptor root) => (this.mounts, Root) = (mounts, root);

    public FileDescriptor Root { get; }

    /// <summary>The tree for code that takes a path, as long as this object lives.</summary>
    public string Path => $"/proc/self/fd/{Root.Number}";

    /// <param name="root">A mount point of this process's namespace.</param>
    /// <param name="binds">Parents before what lies in them. Destinations follow links inside the tree, never out of it.</param>
    /// <exception cref="LinuxException">A source is missing, or a destination cannot be made.</exception>
    public static PrivateTree Assemble(string root, IEnumerable<TreeBind> binds) => ThrowAwayThread.Run(() =>
    {
        LinuxException.Check(NamespaceCalls.Unshare(NamespaceCalls.CLONE_NEWNS), "unshare", "CLONE_NEWNS");
        LinuxException.Check(mount(null, "/", null, MS_REC | MS_PRIVATE, null), "mount", "/");

        // Not /proc/self: that is the process's first thread, which is elsewhere.
        var mounts = FileSystem.Open("/proc/thread-self/ns/mnt", OpenFlags.ReadOnly);
        FileDescriptor? opened = null;
        try
        {
            using (var tree = new RootDirectory(root))
            {
                foreach (var bind in binds)
                {
                    Bind(tree, bind);
                }
            }

            opened = FileSystem.OpenDirectory(root);
            LeaveOnly(root);
            return new PrivateTree(mounts, opened);
        }
        catch
        {
            opened?.Dispose();
            mounts.Dispose();
            throw;
        }
    });

    public void Dispose()
    {
        Root.Dispose();
        mounts.Dispose();
    }

    private static void Bind(RootDirectory tree, TreeBind bind)
    {
        // A descriptor, because who writes to the source may change its folders between a look at the path and the mount.
        using var below = bind.Subpath.Length > 0 ? Below(bind.Source, bind.Subpath) : null;
        var source = below is null ? bind.Source : $"/proc/thread-self/fd/{below.Number}";
        using (var target = Target(tree, bind.Destination, Directory.Exists(source)))
        {
            Mount.Bind(source, $"/proc/thread-self/fd/{target.Number}", recursive: true);
        }

        if (bind.ReadOnly)
        {
            // Opened anew: the descriptor above is still what the mount hides.
            using var mounted = tree.Open(bind.Destination, OpenFlags.Path);
            LinuxException.Check(
                mount(null, $"/proc/thread-self/fd/{mounted.Number}", null, MS_BIND | MS_REMOUNT | MS_RDONLY, null), "mount", bind.Destination);
        }
    }

    private static FileDescriptor Below(string source, string subpath)
    {
        using var root = new RootDirectory(source);
        return root.Open(subpath, OpenFlags.Path);
    }

    private static FileDescriptor Target(RootDirectory tree, string destination, bool folder)
    {
        var path = Encoding.UTF8.GetBytes(destination);
        if (tree.TryOpen(path, OpenFlags.Path, out _) is { } there)
        {
            return there;
        }

        if (folder)
        {
            return tree.MakeDirectories(path);
        }

        tree.MakeDirectories(path.AsSpan(0, Math.Max(0, path.AsSpan().LastIndexOf((byte)'/')))).Dispose();
        return tree.Open(path, OpenFlags.WriteOnly | OpenFlags.Create, 0x1ED);
    }

    // The way of pivot_root(2), "pivot_root(".", ".")": the old root ends up on top of the new one and is taken off.
    private static void LeaveOnly(string root)
    {
        LinuxException.Check(chdir(root), "chdir", root);
        LinuxException.Check(pivot_root(".", "."), "pivot_root", root);
        LinuxException.Check(umount2(".", MNT_DETACH), "umount2", ".");
    }
}

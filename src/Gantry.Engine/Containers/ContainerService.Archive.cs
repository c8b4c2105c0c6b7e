using System.Text;
using Gantry.Core;
using Gantry.Images;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerService
{
    /// <summary>Finds a path in a container for <c>docker cp</c>: links in its middle are followed inside the container, a link at its end is the link.</summary>
    /// <param name="read">Its content is wanted, not only its status: an event tells.</param>
    /// <exception cref="GantryException">NotFound, <c>Could not find the file /x in container y</c>.</exception>
    public async Task<ArchivedPath> OpenArchiveAsync(string nameOrId, string path, bool read, CancellationToken cancellationToken)
    {
        var (tree, container) = await OpenTreeAsync(nameOrId, cancellationToken);
        try
        {
            var wanted = new ContainerPath(path);
            using var root = new RootDirectory(tree.Path);
            using var file = root.TryOpen(Encoding.UTF8.GetBytes(wanted.Text), OpenFlags.Path | OpenFlags.NoFollow, out var errno)
                ?? throw CannotOpen(errno, wanted, nameOrId);
            var status = FileSystem.Status(file);
            if (read)
            {
                Publish(container, "archive-path");
            }

            return new ArchivedPath(tree, wanted, status, status.Type == FileType.SymbolicLink ? wanted.Follow(root) : "");
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    /// <summary>Unpacks a tar into a folder of a container.</summary>
    /// <param name="copyOwner">Everything belongs to the container's user instead of the one the archive names.</param>
    /// <param name="keepKinds">Refuse to replace a directory by a non-directory and the reverse.</param>
    public async Task ExtractAsync(string nameOrId, string path, bool copyOwner, bool keepKinds, Stream tar, CancellationToken cancellationToken)
    {
        var (tree, container) = await OpenTreeAsync(nameOrId, cancellationToken);
        using var held = tree;
        var wanted = new ContainerPath(path);
        string target;
        using (var root = new RootDirectory(tree.Path))
        {
            using var directory = root.TryOpen(Encoding.UTF8.GetBytes(wanted.Text), OpenFlags.Path, out var errno) ?? throw CannotOpen(errno, wanted, nameOrId);
            if (!FileSystem.Status(directory).IsDirectory)
            {
                throw GantryException.Invalid("extraction point is not a directory");
            }

            target = wanted.Follow(root);
        }

        CheckWritable(container, target);
        var options = new TarExtractOptions
        {
            Owner = copyOwner && container.Settings.User.Length > 0 ? OwnerOf(container, tree.Path) : null,
            NoOverwriteDirNonDir = keepKinds,
            KeepRoot = true,
        };
        await TarExtractor.ExtractAsync(tar, tree.Path, target, options, cancellationToken);
        Publish(container, "extract-to-dir");
    }

    // A running container's tree is its own from here on. One that does not run is kept from starting: two overlay mounts
    // must not write to one upper directory.
    private async Task<(ContainerTree Tree, Container Container)> OpenTreeAsync(string nameOrId, CancellationToken cancellationToken)
    {
        var entry = containers.Get(nameOrId);
        var gate = await entry.Gate.AcquireAsync(cancellationToken);
        var runs = entry.Process is not null;
        try
        {
            EnsureThere(entry, nameOrId);
            if (!runs)
            {
                await MountVolumesAsync(entry);
            }

            var container = entry.Container;
            roots.Mount(container);
            var tree = PrivateTree.Assemble(roots.PathOf(container.Id), ContainerTree.Binds(container));
            return (new ContainerTree(tree, runs ? static () => { } : Release), container);
        }
        catch when (!runs)
        {
            Release();
            throw;
        }
        finally
        {
            if (runs)
            {
                gate.Dispose();
            }
        }

        void Release()
        {
            try
            {
                roots.Unmount(entry.Id);
            }
            finally
            {
                _ = background.Run(async () =>
                {
                    using var held = gate;
                    await UnmountVolumesAsync(entry.Container);
                });
            }
        }
    }

    private static (int Uid, int Gid) OwnerOf(Container container, string root)
    {
        var user = UserLookup.Read(root).Resolve(container.Settings.User, []);
        return ((int)user.Uid, (int)user.Gid);
    }

    private static void CheckWritable(Container container, string target)
    {
        var mount = container.Mounts
            .Where(mount => target == mount.Destination || target.StartsWith(mount.Destination + "/", StringComparison.Ordinal))
            .MaxBy(mount => mount.Destination.Length);
        if (mount is { ReadWrite: false })
        {
            throw GantryException.Invalid("mounted volume is marked read-only");
        }

        if (mount is null && container.Settings.Host.ReadonlyRootfs)
        {
            throw GantryException.Invalid("container rootfs is marked read-only");
        }
    }

    private static GantryException CannotOpen(Errno errno, ContainerPath path, string nameOrId) => errno switch
    {
        Errno.ENOENT => GantryException.NotFound($"Could not find the file {path} in container {nameOrId}"),
        Errno.ENOTDIR => new GantryException(ErrorKind.Internal, $"lstat {path}: not a directory"),
        _ => new GantryException(ErrorKind.Internal, new LinuxException("lstat", errno, path.Text).Message),
    };
}

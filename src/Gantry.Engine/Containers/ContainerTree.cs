using Gantry.Linux.Mounts;

namespace Gantry.Engine.Containers;

/// <summary>A container's files with its volumes and binds in place, whether it runs or not.</summary>
internal sealed class ContainerTree(PrivateTree tree, Action release) : IDisposable
{
    public string Path => tree.Path;

    /// <summary>The mounts that the tree shows; tmpfs lives and dies with the container's own process and is not among them.</summary>
    public static IEnumerable<TreeBind> Binds(Container container)
    {
        var own = new[] { ("/etc/resolv.conf", container.ResolvConfPath), ("/etc/hostname", container.HostnamePath), ("/etc/hosts", container.HostsPath) };
        return own
            .Where(file => container.Mounts.All(mount => mount.Destination != file.Item1))
            .Select(file => new TreeBind(file.Item2, file.Item1, container.Settings.Host.ReadonlyRootfs))
            .Concat(container.Mounts.Where(mount => mount.Type != "tmpfs").Select(mount => new TreeBind(
                mount.Source, mount.Destination, !mount.ReadWrite, mount.Subpath)))
            .Where(bind => System.IO.Path.Exists(bind.Source))
            .OrderBy(bind => bind.Destination, StringComparer.Ordinal);
    }

    public void Dispose()
    {
        tree.Dispose();
        release();
    }
}

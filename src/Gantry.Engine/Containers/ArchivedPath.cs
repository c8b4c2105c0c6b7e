using Gantry.Images;
using Gantry.Linux.Files;

namespace Gantry.Engine.Containers;

/// <summary>A path of a container, found and held: what it is, and its tar. Dispose it when done, a stopped container cannot start before.</summary>
public sealed class ArchivedPath : IDisposable
{
    private readonly ContainerTree tree;
    private readonly ContainerPath path;

    internal ArchivedPath(ContainerTree tree, ContainerPath path, FileStatus status, string linkTarget)
    {
        this.tree = tree;
        this.path = path;
        Status = status;
        LinkTarget = linkTarget;
    }

    /// <summary>The last part of the path.</summary>
    public string Name => path.Name;

    public FileStatus Status { get; }

    /// <summary>Where a symbolic link leads inside the container, empty for everything else.</summary>
    public string LinkTarget { get; }

    public Task WriteAsync(Stream output, CancellationToken cancellationToken) =>
        ImageArchive.CopyAsync(tree.Path, Status.IsDirectory && !path.Text.EndsWith('.') ? path.Text.TrimEnd('/') + "/" : path.Text, output, cancellationToken);

    public void Dispose() => tree.Dispose();
}

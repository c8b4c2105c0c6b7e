using System.Text;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Engine.Builds;

/// <summary>
/// Remembers which mount points a root lacks before a step, and removes the empty ones afterwards: the runtime makes them, and
/// they are none of the layer's business.
/// </summary>
internal sealed class TemporaryMountPoints : IDisposable
{
    private static readonly string[] Always = ["/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys", "/etc/hostname"];
    private readonly string root;
    private readonly List<string> missing = [];

    public TemporaryMountPoints(string root, IEnumerable<string> destinations)
    {
        this.root = root;
        foreach (var destination in destinations.Concat(Always))
        {
            var path = "";
            foreach (var part in destination.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                path += "/" + part;
                if (!RootFile.Exists(root, path) && !missing.Contains(path))
                {
                    missing.Add(path);
                }
            }
        }
    }

    /// <summary>Deepest first; what the step filled stays.</summary>
    public void Dispose()
    {
        using var tree = new RootDirectory(root);
        foreach (var path in missing.OrderByDescending(path => path.Length))
        {
            var slash = path.LastIndexOf('/');
            using var parent = tree.TryOpen(Encoding.UTF8.GetBytes(slash == 0 ? "/" : path[..slash]), OpenFlags.ReadOnly | OpenFlags.Directory, out _);
            if (parent is not null)
            {
                Remove(parent, Encoding.UTF8.GetBytes(path[(slash + 1)..]));
            }
        }
    }

    private static void Remove(FileDescriptor parent, byte[] name)
    {
        try
        {
            switch (FileSystem.FindStatus(parent, name))
            {
                case { Type: FileType.Directory }:
                    FileSystem.RemoveDirectory(parent, name);
                    break;
                case { Type: FileType.Regular, Size: 0 }:
                    FileSystem.Unlink(parent, name);
                    break;
                default:
                    break;
            }
        }
        catch (LinuxException exception) when (exception.Errno is Errno.ENOTEMPTY or Errno.ENOENT or Errno.EBUSY)
        {
            // The step put something there: it belongs to the layer.
        }
    }
}

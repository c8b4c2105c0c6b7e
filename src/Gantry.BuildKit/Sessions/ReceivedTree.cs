using System.Text;
using Gantry.BuildKit.Messages.Session;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.BuildKit.Sessions;

/// <summary>
/// Writes what a client sends into a directory, and nowhere else: paths are checked, and resolved below the root. Everything
/// belongs to root, as in any build context.
/// </summary>
internal sealed class ReceivedTree : IDisposable
{
    private const int MaxPathLength = 4096;
    private const uint GoDirectory = 1u << 31, GoSymbolicLink = 1u << 27, GoDevice = 1u << 26, GoNamedPipe = 1u << 25, GoSocket = 1u << 24;
    private const uint GoSetUserId = 1u << 23, GoSetGroupId = 1u << 22, GoSticky = 1u << 20;

    private readonly RootDirectory root;
    private readonly Dictionary<uint, Stat> pending = [];
    private readonly Dictionary<uint, (FileDescriptor File, long Length)> files = [];
    private readonly Dictionary<string, Stat> left = [];
    private readonly List<Stat> directories = [];

    public ReceivedTree(string directory) => root = new RootDirectory(directory);

    /// <summary>Takes an entry in; true when its content is to be sent.</summary>
    /// <param name="ignored">It is left out; a directory is made after all when something in it is not.</param>
    public bool Add(uint id, Stat stat, bool ignored)
    {
        Check(stat.Path);
        if (ignored)
        {
            if ((stat.Mode & GoDirectory) != 0)
            {
                left[stat.Path] = stat;
            }

            return false;
        }

        switch (stat.Mode & (GoDirectory | GoSymbolicLink | GoDevice | GoNamedPipe | GoSocket))
        {
            case GoDirectory:
                MakeDirectory(stat);
                return false;
            case GoSymbolicLink:
                using (var parent = Parent(stat.Path, out var name))
                {
                    Made(FileSystem.TryMakeSymbolicLink(parent, name, Encoding.UTF8.GetBytes(stat.Linkname)), stat);
                    FileSystem.SetTime(parent, name, Modified(stat));
                }

                return false;
            case 0:
                // Further names of a file (hard links) are sent like files.
                pending[id] = stat;
                return true;
            case GoNamedPipe:
                using (var parent = Parent(stat.Path, out var name))
                {
                    Made(FileSystem.TryMakeNode(parent, name, FileType.Fifo, Mode(stat)), stat);
                }

                return false;
            default:
                // Sockets mean nothing away from their listener, devices are no business of a context.
                return false;
        }
    }

    public void Write(uint id, ReadOnlySpan<byte> content)
    {
        if (!files.TryGetValue(id, out var open))
        {
            open = (Create(id), 0);
        }

        FileSystem.Write(open.File, content, open.Length);
        files[id] = open with { Length = open.Length + content.Length };
    }

    public void EndFile(uint id)
    {
        var file = files.Remove(id, out var open) ? open.File : Create(id);
        using (file)
        {
            var stat = pending[id];
            pending.Remove(id);
            FileSystem.ChangeMode(file, Mode(stat));
            FileSystem.SetTime(file, Modified(stat));
        }
    }

    /// <summary>Times of directories come last: every entry made in one changes its own.</summary>
    public void Complete()
    {
        for (var i = directories.Count - 1; i >= 0; i--)
        {
            using var directory = root.Open(directories[i].Path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
            FileSystem.SetTime(directory, Modified(directories[i]));
        }
    }

    public void Dispose()
    {
        foreach (var (file, _) in files.Values)
        {
            file.Dispose();
        }

        root.Dispose();
    }

    private static void Check(string path)
    {
        if (path.Length is 0 or > MaxPathLength || path.Contains('\0') || path.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw GantryException.Invalid($"invalid path in build context: {path}");
        }
    }

    private static int Mode(Stat stat) =>
        (int)(stat.Mode & 0x1FF) | ((stat.Mode & GoSetUserId) != 0 ? 0x800 : 0) | ((stat.Mode & GoSetGroupId) != 0 ? 0x400 : 0) | ((stat.Mode & GoSticky) != 0 ? 0x200 : 0);

    private static FileTime Modified(Stat stat)
    {
        var (seconds, nanoseconds) = Math.DivRem(stat.ModTime, 1_000_000_000);
        return nanoseconds < 0 ? new FileTime(seconds - 1, (uint)(nanoseconds + 1_000_000_000)) : new FileTime(seconds, (uint)nanoseconds);
    }

    private static void Made(bool made, Stat stat)
    {
        if (!made)
        {
            throw GantryException.Invalid($"build context has {stat.Path} twice");
        }
    }

    private FileDescriptor Create(uint id)
    {
        if (!pending.TryGetValue(id, out var stat))
        {
            throw GantryException.Invalid($"build context sends file {id}, which was not asked for");
        }

        using var parent = Parent(stat.Path, out var name);
        return FileSystem.Open(parent, name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, 0x180);
    }

    private void MakeDirectory(Stat stat)
    {
        using var parent = Parent(stat.Path, out var name);
        Made(FileSystem.TryMakeDirectory(parent, name, 0x1C0), stat);
        using var directory = FileSystem.Open(parent, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        FileSystem.ChangeMode(directory, Mode(stat));
        directories.Add(stat);
    }

    private FileDescriptor Parent(string path, out byte[] name)
    {
        var slash = path.LastIndexOf('/');
        name = Encoding.UTF8.GetBytes(path[(slash + 1)..]);
        var parent = slash < 0 ? "." : path[..slash];
        if (left.Count > 0 && slash >= 0)
        {
            MakeLeft(parent);
        }

        return root.Open(parent, OpenFlags.ReadOnly | OpenFlags.Directory);
    }

    private void MakeLeft(string path)
    {
        if (left.Remove(path, out var stat))
        {
            MakeDirectory(stat);
        }
    }
}

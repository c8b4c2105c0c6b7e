using System.Buffers.Binary;
using static Gantry.Linux.Files.FileNative;

namespace Gantry.Linux.Files;

public static unsafe partial class FileSystem
{
    /// <summary>The names in a directory that was opened for reading, without <c>.</c> and <c>..</c>, in no order.</summary>
    public static List<DirectoryEntry> ReadDirectory(FileDescriptor directory)
    {
        const int size = 16 * 1024, nameOffset = 19;
        List<DirectoryEntry> entries = [];
        var buffer = stackalloc byte[size];
        while (true)
        {
            var length = getdents64(directory, buffer, size);
            if (length <= 0)
            {
                return length == 0 ? entries : throw LinuxException.Last("getdents64");
            }

            // struct linux_dirent64: inode (8), offset (8), record length (2), type (1), name
            for (var rest = new ReadOnlySpan<byte>(buffer, (int)length); !rest.IsEmpty;)
            {
                var recordLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[16..]);
                var name = rest[nameOffset..recordLength];
                name = name[..name.IndexOf((byte)0)];
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                {
                    entries.Add(new DirectoryEntry(name.ToArray(), (FileType)(rest[18] << 12)));
                }

                rest = rest[recordLength..];
            }
        }
    }

    /// <summary>Removes whatever <paramref name="name"/> is, with all that is below it. Missing is success.</summary>
    public static void RemoveTree(FileDescriptor directory, ReadOnlySpan<byte> name)
    {
        var child = TryOpen(directory, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, out var errno);
        if (child is null)
        {
            if (errno != Errno.ENOENT)
            {
                Unlink(directory, name);
            }

            return;
        }

        using (child)
        {
            foreach (var entry in ReadDirectory(child))
            {
                if (entry.Type is FileType.Directory or FileType.Unknown)
                {
                    RemoveTree(child, entry.Name);
                }
                else
                {
                    Unlink(child, entry.Name);
                }
            }
        }

        RemoveDirectory(directory, name);
    }

    /// <summary>Removes a tree of this process's own file system. Missing is success.</summary>
    public static void RemoveTree(string path)
    {
        var parent = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent))
        {
            return;
        }

        using var directory = OpenDirectory(parent);
        RemoveTree(directory, System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path)));
    }
}

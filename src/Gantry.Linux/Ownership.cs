using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>Owner and group of files by path (chown(2)).</summary>
public static partial class Ownership
{
    private const uint Unchanged = uint.MaxValue;

    /// <summary>Gives a file to a group; its owner stays.</summary>
    public static void SetGroup(string path, uint group) => LinuxException.Check(Chown(path, Unchanged, group), "chown", path);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chown(string path, uint owner, uint group);
}

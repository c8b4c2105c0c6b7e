using System.IO.Enumeration;

namespace Gantry.Engine;

/// <summary>Bytes of the files below a folder; links are counted as themselves.</summary>
internal static class DiskUsage
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    public static long Of(string directory) => !Directory.Exists(directory) ? 0 : new FileSystemEnumerable<long>(
        directory,
        (ref FileSystemEntry entry) => entry.IsDirectory ? 0 : entry.Length,
        Everything)
    {
        ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
    }.Sum();
}

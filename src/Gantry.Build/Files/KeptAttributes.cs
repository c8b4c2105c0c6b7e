using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Build.Files;

/// <summary>Which extended attributes a copy keeps: the users' own and file capabilities.</summary>
internal static class KeptAttributes
{
    public static IEnumerable<byte[]> Of(FileDescriptor file) =>
        FileSystem.AttributeNames(file).Where(name => name.AsSpan().StartsWith("user."u8) || name.AsSpan().SequenceEqual("security.capability"u8)).OrderBy(Convert.ToHexString);
}

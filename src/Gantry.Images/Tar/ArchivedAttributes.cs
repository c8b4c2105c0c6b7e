using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>Which extended attributes travel in archives.</summary>
internal static class ArchivedAttributes
{
    /// <summary>File capabilities and users' own attributes; labels of security modules belong to one host.</summary>
    public static bool MayWrite(ReadOnlySpan<byte> name) => name.SequenceEqual("security.capability"u8) || name.StartsWith("user."u8);

    /// <summary>
    /// Never <c>trusted.*</c>: overlayfs keeps its own meaning there, and a redirect in an archive would show other files of
    /// the host's layers.
    /// </summary>
    public static bool MaySet(ReadOnlySpan<byte> name) => MayWrite(name) || name.StartsWith("system.posix_acl_"u8);

    public static IReadOnlyList<ExtendedAttribute> Read(FileDescriptor file, IReadOnlyList<byte[]> names)
    {
        List<ExtendedAttribute>? found = null;
        foreach (var name in names)
        {
            if (MayWrite(name) && FileSystem.FindAttribute(file, name) is { } value)
            {
                (found ??= []).Add(new ExtendedAttribute(name, value));
            }
        }

        return found ?? (IReadOnlyList<ExtendedAttribute>)[];
    }
}

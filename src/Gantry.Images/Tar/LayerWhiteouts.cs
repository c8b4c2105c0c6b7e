using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>
/// A layer tar's deletions (image-spec layer.md, "Whiteouts") made into overlayfs's: <c>.wh.NAME</c> into a character device
/// 0/0, <c>.wh..wh..opq</c> into an attribute of the directory.
/// </summary>
internal static class LayerWhiteouts
{
    public static bool IsMarker(ReadOnlySpan<byte> name) => name.StartsWith(".wh."u8);

    public static void MakeOpaque(FileDescriptor directory) => FileSystem.TrySetAttribute(directory, "trusted.overlay.opaque"u8, "y"u8);

    public static void Apply(FileDescriptor directory, byte[] name)
    {
        if (name.AsSpan().SequenceEqual(".wh..wh..opq"u8))
        {
            MakeOpaque(directory);
            return;
        }

        var hidden = name[".wh.".Length..];

        // .wh..wh.plnk, .wh..wh.aufs and such are aufs's own files.
        if (hidden.Length == 0 || IsMarker(hidden) || hidden is [(byte)'.'] or [(byte)'.', (byte)'.'])
        {
            return;
        }

        if (FileSystem.TryMakeNode(directory, hidden, FileType.CharacterDevice, 0))
        {
            return;
        }

        // A whiteout speaks of the layers below only, wherever it stands in the archive: what is here the layer itself brought.
        using var existing = FileSystem.TryOpen(directory, hidden, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, out _);
        if (existing is not null)
        {
            MakeOpaque(existing);
        }
    }
}

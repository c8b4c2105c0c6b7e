namespace Gantry.Images;

/// <summary>Paths of tar members, as bytes.</summary>
internal static class TarPath
{
    /// <summary>
    /// Relative, without empty, <c>.</c> and <c>..</c> parts; <c>..</c> at the top leads nowhere, as in Go's
    /// <c>path.Clean("/" + name)</c>.
    /// </summary>
    public static byte[] Clean(ReadOnlySpan<byte> path)
    {
        var clean = new byte[path.Length];
        var length = 0;
        foreach (var range in path.Split((byte)'/'))
        {
            var part = path[range];
            if (part.IsEmpty || part.SequenceEqual("."u8))
            {
                continue;
            }

            if (part.SequenceEqual(".."u8))
            {
                length = Math.Max(0, clean.AsSpan(0, length).LastIndexOf((byte)'/'));
                continue;
            }

            if (length > 0)
            {
                clean[length++] = (byte)'/';
            }

            part.CopyTo(clean.AsSpan(length));
            length += part.Length;
        }

        return length == clean.Length ? clean : clean[..length];
    }

    public static byte[] Join(byte[] first, byte[] second) =>
        first.Length == 0 ? second : second.Length == 0 ? first : [.. first, (byte)'/', .. second];

    /// <summary>Parent and last name of a clean, non-empty path.</summary>
    public static (byte[] Parent, byte[] Name) Split(byte[] path) =>
        path.AsSpan().LastIndexOf((byte)'/') is var slash and >= 0 ? (path[..slash], path[(slash + 1)..]) : ([], path);
}

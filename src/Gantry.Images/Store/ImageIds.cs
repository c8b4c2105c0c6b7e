namespace Gantry.Images;

/// <summary>Image IDs as people type them.</summary>
internal static class ImageIds
{
    private const string Algorithm = "sha256:";
    private const int ShortestPrefix = 4;

    /// <summary>The hex digits of an ID or the beginning of one (4 to 64 digits), or null when the text is none.</summary>
    public static string? PrefixOf(string text)
    {
        var hex = text.StartsWith(Algorithm, StringComparison.Ordinal) ? text[Algorithm.Length..] : text;
        return hex.Length is >= ShortestPrefix and <= 64 && hex.All(char.IsAsciiHexDigitLower) ? hex : null;
    }
}

using System.IO.Compression;
using Microsoft.Extensions.Primitives;

namespace Gantry.Edge.Compression;

/// <summary>The content codings this program speaks (RFC 9110 section 8.4.1).</summary>
internal enum ContentCoding
{
    Identity,
    Gzip,
    Brotli,
}

/// <summary>Negotiation and encoders.</summary>
internal static class ContentCodings
{
    public static string Name(this ContentCoding coding) => coding == ContentCoding.Brotli ? "br" : "gzip";

    /// <summary>The best coding an Accept-Encoding header allows; without the header, none.</summary>
    public static ContentCoding Choose(StringValues accept)
    {
        var best = ContentCoding.Identity;
        foreach (var value in accept)
        {
            foreach (var part in value.AsSpan().Split(','))
            {
                var item = value.AsSpan()[part];
                var semicolon = item.IndexOf(';');
                var name = (semicolon < 0 ? item : item[..semicolon]).Trim();
                var coding = name.Equals("br", StringComparison.OrdinalIgnoreCase) ? ContentCoding.Brotli
                    : name.Equals("gzip", StringComparison.OrdinalIgnoreCase) || name is "*" ? ContentCoding.Gzip
                    : ContentCoding.Identity;
                if (coding > best && (semicolon < 0 || !IsRefused(item[(semicolon + 1)..])))
                {
                    best = coding;
                }
            }
        }

        return best;
    }

    public static Stream Encode(this ContentCoding coding, Stream output) => coding == ContentCoding.Brotli
        ? new BrotliStream(output, new BrotliCompressionOptions { Quality = 4 }, leaveOpen: true)
        : new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);

    // q=0, q=0.0, q=0.000
    private static bool IsRefused(ReadOnlySpan<char> parameters)
    {
        var text = parameters.Trim();
        return text.StartsWith("q=0", StringComparison.OrdinalIgnoreCase) && text[3..].Trim("0.").IsEmpty;
    }
}

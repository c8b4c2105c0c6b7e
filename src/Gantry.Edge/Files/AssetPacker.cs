using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Gantry.Edge.Files;

/// <summary>
/// Prepares a front end for serving: everything under <c>assets/</c> gets its hash into its name and every mention of it is
/// rewritten; text gets .br and .gz variants of the best quality.
/// </summary>
internal static class AssetPacker
{
    private const int SmallestWorthCompressing = 256;

    /// <returns>The number of files written, without variants.</returns>
    public static int Pack(string source, string target)
    {
        var files = Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(source, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(path => !path.StartsWith('.') && !path.Contains("/.", StringComparison.Ordinal))
            .ToDictionary(path => path, path => File.ReadAllBytes(Path.Combine(source, path)));

        // Mentioned ones first, so that a style sheet's hash covers the new names of the pictures it mentions.
        var renamed = new Dictionary<string, string>();
        foreach (var path in files.Keys.Order(new MentionOrder()).ToArray())
        {
            var bytes = Rewrite(path, files[path], renamed);
            files[path] = bytes;
            if (path.StartsWith("assets/", StringComparison.Ordinal))
            {
                var hash = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 5));
                renamed[path] = Path.ChangeExtension(path, null) + "." + hash + Path.GetExtension(path);
            }
        }

        foreach (var (path, bytes) in files)
        {
            Write(Path.Combine(target, renamed.GetValueOrDefault(path, path)), bytes);
        }

        return files.Count;
    }

    private static byte[] Rewrite(string path, byte[] bytes, Dictionary<string, string> renamed)
    {
        if (!IsText(path))
        {
            return bytes;
        }

        var text = Encoding.UTF8.GetString(bytes);
        foreach (var (from, to) in renamed)
        {
            text = text.Replace("/" + from, "/" + to, StringComparison.Ordinal);
        }

        return Encoding.UTF8.GetBytes(text);
    }

    private static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        if (!IsText(path) || bytes.Length < SmallestWorthCompressing)
        {
            return;
        }

        using (var brotli = new BrotliStream(File.Create(path + ".br"), CompressionLevel.SmallestSize))
        {
            brotli.Write(bytes);
        }

        using var gzip = new GZipStream(File.Create(path + ".gz"), CompressionLevel.SmallestSize);
        gzip.Write(bytes);
    }

    private static bool IsText(string path) => Path.GetExtension(path) is ".html" or ".css" or ".js" or ".mjs" or ".svg" or ".json" or ".webmanifest" or ".txt" or ".xml";

    // Pictures and fonts, then styles, then scripts, then pages.
    private sealed class MentionOrder : IComparer<string>
    {
        public int Compare(string? x, string? y)
        {
            var rank = Rank(x!).CompareTo(Rank(y!));
            return rank != 0 ? rank : string.CompareOrdinal(x, y);
        }

        private static int Rank(string path) => Path.GetExtension(path) switch { ".html" => 3, ".js" or ".mjs" or ".webmanifest" => 2, ".css" => 1, _ => 0 };
    }
}

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

        var renamed = new Dictionary<string, string>();
        var visited = new HashSet<string>();
        foreach (var path in files.Keys)
        {
            Hash(path, files, renamed, visited);
        }

        foreach (var (path, bytes) in files)
        {
            Write(Path.Combine(target, renamed.GetValueOrDefault(path, path)), bytes);
        }

        return files.Count;
    }

    // What a file mentions comes first, so that its own hash covers their new names.
    private static void Hash(string path, Dictionary<string, byte[]> files, Dictionary<string, string> renamed, HashSet<string> visited)
    {
        if (!visited.Add(path))
        {
            return;
        }

        if (IsText(path))
        {
            var text = Encoding.UTF8.GetString(files[path]);
            foreach (var mentioned in files.Keys.Where(other => IsAsset(other) && text.Contains("/" + other, StringComparison.Ordinal)).ToArray())
            {
                Hash(mentioned, files, renamed, visited);
                text = text.Replace("/" + mentioned, "/" + renamed.GetValueOrDefault(mentioned, mentioned), StringComparison.Ordinal);
            }

            files[path] = Encoding.UTF8.GetBytes(text);
        }

        if (IsAsset(path))
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(files[path]).AsSpan(0, 5));
            renamed[path] = Path.ChangeExtension(path, null) + "." + hash + Path.GetExtension(path);
        }
    }

    private static bool IsAsset(string path) => path.StartsWith("assets/", StringComparison.Ordinal);

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
}

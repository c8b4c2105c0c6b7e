using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Gantry.Edge.Files;

/// <summary>
/// A folder's files in memory, by URL path. What is not in the table does not exist, so no path can lead outside; a reload
/// reads the folder again. Meant for front ends, not for archives.
/// </summary>
internal sealed partial class FileSet
{
    private const string Immutable = "public, max-age=31536000, immutable";
    private const string Revalidate = "no-cache";

    private readonly FrozenDictionary<string, StaticFile> files;

    private FileSet(FrozenDictionary<string, StaticFile> files) => this.files = files;

    /// <summary>Page for what is not there: the folder's 404.html.</summary>
    public StaticFile? NotFoundPage => files.GetValueOrDefault("/404.html");

    public static FileSet Load(string root)
    {
        var found = new Dictionary<string, StaticFile>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            var url = "/" + Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');
            var original = Path.ChangeExtension(path, null);
            if (url.Contains("/.", StringComparison.Ordinal) || (Path.GetExtension(path) is ".br" or ".gz" && File.Exists(original)))
            {
                continue;
            }

            var file = Read(path, url);
            found[url] = file;
            if (url.EndsWith("/index.html", StringComparison.Ordinal))
            {
                found[url[..^"index.html".Length]] = file;
            }
        }

        return new FileSet(found.ToFrozenDictionary(StringComparer.Ordinal));
    }

    public StaticFile? Find(string path) => files.GetValueOrDefault(path);

    private static StaticFile Read(string path, string url)
    {
        var bytes = File.ReadAllBytes(path);
        var tag = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12));
        return new StaticFile(
            bytes,
            ReadIfThere(path + ".br"),
            ReadIfThere(path + ".gz"),
            ContentTypes.Of(path),
            tag,
            HashedName().IsMatch(url) ? Immutable : Revalidate,
            File.GetLastWriteTimeUtc(path));
    }

    private static byte[]? ReadIfThere(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;

    /// <summary>Names that carry a hash of their content, as <c>pack</c> makes them: <c>app.3f9a01bc.js</c>.</summary>
    [GeneratedRegex(@"\.[0-9a-f]{8,}\.[a-z0-9]+$")]
    private static partial Regex HashedName();
}

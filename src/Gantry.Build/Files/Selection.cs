using System.Text;
using Gantry.Build.Dockerfiles;
using Gantry.Core;

namespace Gantry.Build.Files;

/// <summary>A file or directory that a COPY source names.</summary>
/// <param name="Path">As named, links not followed.</param>
/// <param name="Name">The name it has when it goes into a directory.</param>
/// <param name="Node">What it is, links followed.</param>
internal sealed record Selected(string Path, byte[] Name, FileNode Node);

/// <summary>What a source of COPY or ADD selects in a tree.</summary>
internal sealed class Selection(FileTree tree, PathMatcher? exclude)
{
    public FileTree Tree => tree;

    /// <summary>Everything that a source names: one file, or what its wildcards match, possibly nothing.</summary>
    /// <exception cref="GantryException">InvalidArgument when a name without wildcards is not there.</exception>
    public IReadOnlyList<Selected> Sources(string source)
    {
        var path = SlashPath.Inside(source);
        if (!GoPattern.HasWildcards(path))
        {
            var plain = GoPattern.Unescape(path);
            var node = tree.Find(plain, followLast: true) ?? throw NotFound(plain);
            return [new Selected(plain, Encoding.UTF8.GetBytes(SlashPath.Name(plain)), node)];
        }

        var parts = path.Split('/');
        var plainParts = parts.TakeWhile(part => !GoPattern.HasWildcards(part)).ToList();
        return tree.Find(string.Join('/', plainParts.Select(GoPattern.Unescape)), followLast: true) is { IsDirectory: true } directory
            ? [.. Matches(directory, [.. parts.Skip(plainParts.Count)])] : [];
    }

    /// <summary>The children of a selected directory that are not excluded.</summary>
    /// <param name="top">The directory that was selected; patterns are relative to it.</param>
    public IEnumerable<FileNode> Children(FileNode directory, FileNode top)
    {
        foreach (var child in tree.Children(directory))
        {
            if (!IsExcluded(child, top))
            {
                yield return child;
            }
        }
    }

    /// <summary>What BuildKit says of a file that is not there; the ref that it names is its own affair.</summary>
    public static GantryException NotFound(string path) =>
        GantryException.Invalid($"failed to compute cache key: failed to calculate checksum of ref: {GoText.Quote("/" + SlashPath.Inside(path))}: not found");

    private IEnumerable<Selected> Matches(FileNode directory, string[] patterns)
    {
        foreach (var child in tree.Children(directory))
        {
            if (!PathMatcher.MatchesGlob(patterns[0], Encoding.UTF8.GetString(child.RawName)))
            {
                continue;
            }

            if (patterns.Length == 1)
            {
                yield return new Selected(child.Path, child.RawName.ToArray(), tree.Find(child.Path, followLast: true) ?? throw NotFound(child.Path));
            }
            else if (child.IsDirectory)
            {
                foreach (var match in Matches(child, patterns[1..]))
                {
                    yield return match;
                }
            }
        }
    }

    private bool IsExcluded(FileNode node, FileNode top)
    {
        if (exclude is null)
        {
            return false;
        }

        var path = top.Path.Length == 0 ? node.Path : node.Path[(top.Path.Length + 1)..];
        return exclude.Matches(path) && !(node.IsDirectory && exclude.HasExceptions && Children(node, top).Any());
    }
}

using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Engine.Containers;

/// <summary>A path inside a container as <c>docker cp</c> means it: absolute, cleaned of <c>..</c> by its text alone, with the slash or <c>/.</c> at its end kept.</summary>
internal readonly record struct ContainerPath
{
    private const int MaximumLinks = 255;

    public ContainerPath(string path)
    {
        var clean = Clean(path);
        Text = path.TrimEnd('/') is "." or [.., '/', '.'] ? (clean == "/" ? "/." : clean + "/.")
            : path.EndsWith('/') && clean != "/" ? clean + "/"
            : clean;
    }

    public string Text { get; }

    /// <summary>The last part: <c>.</c> for <c>/etc/.</c>, <c>/</c> for the root.</summary>
    public string Name => Text.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed[(trimmed.LastIndexOf('/') + 1)..] : "/";

    /// <summary>Where the path leads inside the tree, all links followed; parts that are missing stay as they are.</summary>
    /// <exception cref="LinuxException">ELOOP.</exception>
    public string Follow(RootDirectory tree)
    {
        var rest = new Stack<string>(Parts(Text).Reverse());
        List<string> found = [];
        for (var links = 0; rest.TryPop(out var part);)
        {
            if (part == "..")
            {
                found.RemoveRange(Math.Max(0, found.Count - 1), Math.Min(1, found.Count));
                continue;
            }

            found.Add(part);
            if (tree.FindLinkTarget(string.Join('/', found)) is not { } target)
            {
                continue;
            }

            if (++links > MaximumLinks)
            {
                throw new LinuxException("follow", Errno.ELOOP, Text);
            }

            found.RemoveRange(target.StartsWith('/') ? 0 : found.Count - 1, target.StartsWith('/') ? found.Count : 1);
            foreach (var next in Parts(target).Reverse())
            {
                rest.Push(next);
            }
        }

        return "/" + string.Join('/', found);
    }

    public override string ToString() => Text;

    private static IEnumerable<string> Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".");

    /// <summary>Absolute, without <c>.</c>, <c>..</c> and slashes at its end.</summary>
    public static string Clean(string path)
    {
        List<string> kept = [];
        foreach (var part in Parts(path))
        {
            if (part != "..")
            {
                kept.Add(part);
            }
            else if (kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }
        }

        return "/" + string.Join('/', kept);
    }
}

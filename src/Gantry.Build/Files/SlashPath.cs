namespace Gantry.Build.Files;

/// <summary>Paths of images and contexts: slashes only, cleaned as Go's <c>path</c> package does, never above the root.</summary>
internal static class SlashPath
{
    /// <summary>Without <c>.</c>, <c>..</c>, double and trailing slashes, and relative to the root: <c>/a/../b/</c> is <c>b</c>, the root is empty.</summary>
    public static string Inside(string path)
    {
        List<string> parts = [];
        foreach (var part in path.Split('/'))
        {
            switch (part)
            {
                case "" or ".":
                    break;
                case "..":
                    if (parts.Count > 0)
                    {
                        parts.RemoveAt(parts.Count - 1);
                    }

                    break;
                default:
                    parts.Add(part);
                    break;
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>Absolute and clean.</summary>
    public static string Absolute(string directory, string path) =>
        "/" + Inside(path.StartsWith('/') ? path : directory + "/" + path);

    public static string Join(string directory, string name) => directory.Length == 0 ? name : name.Length == 0 ? directory : directory + "/" + name;

    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>The part before the last slash; empty at the top.</summary>
    public static string Parent(string path) => path.LastIndexOf('/') is >= 0 and var slash ? path[..slash] : "";
}

using System.Text;
using Gantry.Core;

namespace Gantry.Client.Builds;

/// <summary>Where the Dockerfile of a build is: in its context, or to be put there under a name of its own.</summary>
/// <param name="NameInContext">Path inside the context, with forward slashes.</param>
/// <param name="AddedText">Its bytes when it comes from outside the context.</param>
internal sealed record BuildDockerfile(string NameInContext, byte[]? AddedText = null)
{
    /// <exception cref="GantryException">InvalidArgument: there is none.</exception>
    public static BuildDockerfile Find(BuildOptions options)
    {
        if (options.DockerfileText is { } text)
        {
            return Added(Encoding.UTF8.GetBytes(text));
        }

        if (options.ContextDirectory is not { } context)
        {
            return new BuildDockerfile(options.DockerfilePath ?? "Dockerfile");
        }

        var root = Path.GetFullPath(context);
        var path = options.DockerfilePath is { } given ? Path.GetFullPath(given) : DefaultIn(root);
        if (!File.Exists(path))
        {
            throw GantryException.Invalid($"failed to read dockerfile: open {Path.GetFileName(path)}: no such file or directory");
        }

        var relative = Path.GetRelativePath(root, path);
        return relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative)
            ? Added(File.ReadAllBytes(path))
            : new BuildDockerfile(relative);
    }

    private static string DefaultIn(string root)
    {
        var upper = Path.Combine(root, "Dockerfile");
        var lower = Path.Combine(root, "dockerfile");
        return !File.Exists(upper) && File.Exists(lower) ? lower : upper;
    }

    // Named by content, so that an unchanged build stays unchanged for the cache.
    private static BuildDockerfile Added(byte[] bytes) => new($".dockerfile.{Digest.Of(bytes).Hex[..20]}", bytes);
}

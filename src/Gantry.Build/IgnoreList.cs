using Gantry.Build.Dockerfiles;
using Gantry.Build.Files;
using Gantry.Core;

namespace Gantry.Build;

/// <summary>What a <c>.dockerignore</c> leaves out, for those who receive a context.</summary>
public sealed class IgnoreList
{
    private readonly PathMatcher matcher;

    private IgnoreList(PathMatcher matcher) => this.matcher = matcher;

    /// <summary>Leaves nothing out.</summary>
    public static IgnoreList Empty { get; } = new(new PathMatcher([]));

    /// <summary>Whether something below a directory that is left out can be taken in again.</summary>
    public bool HasExceptions => matcher.HasExceptions;

    /// <exception cref="GantryException">InvalidArgument for a malformed pattern.</exception>
    public static IgnoreList Parse(string text)
    {
        try
        {
            return new IgnoreList(PathMatcher.Read(text));
        }
        catch (DockerfileException e)
        {
            throw GantryException.Invalid($"failed to read .dockerignore: {e.Message}");
        }
    }

    /// <param name="path">Clean and relative to the context.</param>
    public bool Matches(string path) => matcher.Matches(path);
}

using Gantry.Core;

namespace Gantry.Daemon.Endpoints;

/// <summary>Image references from the <c>repo</c> and <c>tag</c> parameters.</summary>
internal static class References
{
    /// <summary>Null when no repository was given; tag <c>latest</c> when no tag was.</summary>
    /// <param name="tag">A tag, or a digest.</param>
    public static ImageReference? Optional(string repository, string tag) => repository.Length == 0 ? null
        : Parse(tag.Length == 0 ? repository : tag.Contains(':') ? $"{repository}@{tag}" : $"{repository}:{tag}");

    /// <summary>A repository that was written without tag or digest; null for anything else.</summary>
    public static ImageReference? Bare(string text) =>
        ImageReference.TryParse(text, null, out var reference) && reference is { Tag: null, Digest: null } ? reference : null;

    /// <exception cref="GantryException">InvalidArgument, Docker's words.</exception>
    public static ImageReference Parse(string text)
    {
        try
        {
            return ImageReference.Parse(text).WithDefaultTag();
        }
        catch (FormatException error)
        {
            throw GantryException.Invalid(error.Message);
        }
    }
}

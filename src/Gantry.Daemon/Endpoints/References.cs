using System.Text.RegularExpressions;
using Gantry.Core;

namespace Gantry.Daemon.Endpoints;

/// <summary>Image references from the <c>repo</c> and <c>tag</c> parameters.</summary>
internal static partial class References
{
    /// <summary>Null when no repository was given; tag <c>latest</c> when no tag was.</summary>
    /// <param name="tag">A tag, or a digest.</param>
    public static ImageReference? Optional(string repository, string tag) => repository.Length == 0 ? null
        : tag.Length == 0 ? Parse(repository)
        : tag.Contains(':') ? Parse($"{repository}@{tag}")
        : Bare(repository) is not null && !TagGrammar().IsMatch(tag) ? throw GantryException.Invalid("invalid tag format")
        : Parse($"{repository}:{tag}");

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

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z")]
    private static partial Regex TagGrammar();
}

using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Gantry.Core;

/// <summary>
/// An image's name in Docker's normal form: <c>docker.io/library/debian:bookworm-slim</c>, with a tag, a digest, both or
/// neither (grammar: distribution/reference).
/// </summary>
/// <param name="Domain">Registry host with optional port, <c>docker.io</c> when none was written.</param>
/// <param name="Path">Repository path; <c>library/</c> is added for one-word Docker Hub names.</param>
public sealed partial record ImageReference(string Domain, string Path, string? Tag, Digest? Digest) : IParsable<ImageReference>
{
    private const string DefaultDomain = "docker.io";
    private const string OfficialPrefix = "library/";

    /// <summary>Repository as people write it: without <c>docker.io/</c> and <c>library/</c>.</summary>
    public string FamiliarName => Domain != DefaultDomain ? $"{Domain}/{Path}"
        : Path.StartsWith(OfficialPrefix, StringComparison.Ordinal) && !Path[OfficialPrefix.Length..].Contains('/') ? Path[OfficialPrefix.Length..]
        : Path;

    /// <summary>Repository with its domain, without tag or digest.</summary>
    public string Repository => $"{Domain}/{Path}";

    /// <summary>The whole reference as people write it: <c>debian:bookworm-slim</c>.</summary>
    public string Familiar => FamiliarName + Suffix;

    private string Suffix => (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    /// <summary>The same reference with tag <c>latest</c> when it has neither tag nor digest.</summary>
    public ImageReference WithDefaultTag() => Tag is null && Digest is null ? this with { Tag = "latest" } : this;

    /// <exception cref="FormatException">With Docker's message: <c>invalid reference format</c>.</exception>
    public static ImageReference Parse(string s, IFormatProvider? provider = null)
    {
        if (TryParse(s, provider, out var reference))
        {
            return reference;
        }

        // Docker looks for capitals in what follows the domain, up to the first colon, before it looks at anything else.
        var slash = s.IndexOf('/');
        var hasDomain = slash >= 0 && s[..slash] is var first && (first.Contains('.') || first.Contains(':') || first == "localhost" || first.Any(char.IsAsciiLetterUpper));
        var path = (hasDomain ? s[(slash + 1)..] : s).Split(':')[0];
        throw new FormatException(path.Any(char.IsAsciiLetterUpper)
            ? "invalid reference format: repository name (" + (hasDomain || path.Contains('/') ? "" : OfficialPrefix) + path + ") must be lowercase"
            : "invalid reference format");
    }

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [NotNullWhen(true)] out ImageReference? result)
    {
        result = null;
        if (string.IsNullOrEmpty(s) || s.Length > 512 || Grammar().Match(s) is not { Success: true } match)
        {
            return false;
        }

        var name = match.Groups["name"].Value;
        var slash = name.IndexOf('/');
        var first = slash < 0 ? "" : name[..slash];
        var hasDomain = slash >= 0 && (first.Contains('.') || first.Contains(':') || first == "localhost" || first.Any(char.IsAsciiLetterUpper));
        var domain = hasDomain ? first : DefaultDomain;
        var path = hasDomain ? name[(slash + 1)..] : name;
        if (domain == "index.docker.io")
        {
            domain = DefaultDomain;
        }

        if (!PathGrammar().IsMatch(path) || (!hasDomain && Hex64().IsMatch(path)))
        {
            return false;
        }

        if (domain == DefaultDomain && !path.Contains('/'))
        {
            path = OfficialPrefix + path;
        }

        Digest? digest = null;
        if (match.Groups["digest"] is { Success: true } d)
        {
            if (!Core.Digest.TryParse(d.Value, null, out var parsed))
            {
                return false;
            }

            digest = parsed;
        }

        result = new ImageReference(domain, path, match.Groups["tag"] is { Success: true } t ? t.Value : null, digest);
        return true;
    }

    /// <summary>The canonical form: domain, path, tag and digest.</summary>
    public override string ToString() => Repository + Suffix;

    [GeneratedRegex(@"\A(?<name>[a-zA-Z0-9][a-zA-Z0-9._\-/]*(:[0-9]+/[a-zA-Z0-9._\-/]+)?|\[[0-9a-fA-F:]+\](:[0-9]+)?/[a-z0-9._\-/]+)(:(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(@(?<digest>[A-Za-z0-9+._-]+:[0-9a-fA-F]{32,}))?\z")]
    private static partial Regex Grammar();

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex PathGrammar();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Hex64();
}

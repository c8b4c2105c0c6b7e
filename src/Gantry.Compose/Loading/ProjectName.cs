using System.Text;
using Gantry.Core;

namespace Gantry.Compose.Loading;

/// <summary>A project's name: lower-case letters, digits, dashes and underscores, beginning with a letter or digit.</summary>
internal static class ProjectName
{
    /// <summary>Makes a directory's name usable.</summary>
    public static string Normalise(string name)
    {
        var result = new StringBuilder();
        foreach (var c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')
            {
                result.Append(c);
            }
        }

        return result.ToString().TrimStart('_', '-');
    }

    /// <exception cref="GantryException">The name, given by a person, is not in normal form.</exception>
    public static string Check(string name) => name.Length > 0 && Normalise(name) == name
        ? name
        : throw GantryException.Invalid($"invalid project name \"{name}\": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number");
}

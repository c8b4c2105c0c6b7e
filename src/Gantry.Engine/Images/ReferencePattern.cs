using Gantry.Core;

namespace Gantry.Engine.Images;

/// <summary>The <c>reference</c> filter: Go's path pattern over the familiar name with its tag, else without: a <c>*</c> stops at slashes.</summary>
internal static class ReferencePattern
{
    /// <exception cref="GantryException">Internal, Docker's kind for "syntax error in pattern".</exception>
    public static bool Matches(string pattern, ImageReference reference)
    {
        try
        {
            return GoPattern.Match(pattern, reference.Familiar) || GoPattern.Match(pattern, reference.FamiliarName);
        }
        catch (FormatException error)
        {
            throw new GantryException(ErrorKind.Internal, error.Message);
        }
    }
}

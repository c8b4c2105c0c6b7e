using System.IO.Enumeration;
using Gantry.Core;

namespace Gantry.Engine.Images;

/// <summary>The <c>reference</c> filter: a shell pattern over the familiar name, with or without a tag.</summary>
internal static class ReferencePattern
{
    public static bool Matches(string pattern, ImageReference reference) =>
        FileSystemName.MatchesSimpleExpression(pattern, reference.Familiar, ignoreCase: false)
        || FileSystemName.MatchesSimpleExpression(pattern, reference.FamiliarName, ignoreCase: false)
        || FileSystemName.MatchesSimpleExpression(pattern, reference.ToString(), ignoreCase: false);
}

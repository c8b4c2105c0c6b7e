using System.Text.RegularExpressions;

namespace Gantry.BuildKit.Builds;

/// <summary>A failed RUN in BuildKit's words instead of the classic builder's: some clients look for them.</summary>
internal static partial class FailureText
{
    public static string OfStep(string message) => Classic.Match(message) is { Success: true } match
        ? $"process \"{match.Groups[1].Value}\" did not complete successfully: exit code: {match.Groups[2].Value}"
        : message;

    [GeneratedRegex(@"^The command '(.*)' returned a non-zero code: (\d+)$", RegexOptions.Singleline)]
    private static partial Regex Classic { get; }
}

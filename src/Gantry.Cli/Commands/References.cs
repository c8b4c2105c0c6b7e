using Gantry.Cli.CommandLine;
using Gantry.Core;

namespace Gantry.Cli.Commands;

/// <summary>Image names given on the command line.</summary>
internal static class References
{
    /// <summary>Refuses what is neither an image's name nor its ID.</summary>
    public static void Check(string text)
    {
        try
        {
            _ = ImageReference.Parse(text);
        }
        catch (FormatException e) when (!text.All(char.IsAsciiHexDigitLower))
        {
            throw new ExitException(1, $"Error parsing reference: \"{text}\" is not a valid repository/tag: {e.Message}");
        }
    }

    /// <summary>The name that an image is to get.</summary>
    /// <exception cref="ExitException">With docker's words.</exception>
    public static ImageReference ParseTarget(string text)
    {
        try
        {
            return ImageReference.Parse(text);
        }
        catch (FormatException e)
        {
            throw new ExitException(1, $"Error parsing reference: \"{text}\" is not a valid repository/tag: {e.Message}");
        }
    }

    /// <exception cref="ExitException">With docker's words.</exception>
    public static ImageReference Parse(string text)
    {
        try
        {
            return ImageReference.Parse(text);
        }
        catch (FormatException e)
        {
            throw new ExitException(1, e.Message);
        }
    }
}

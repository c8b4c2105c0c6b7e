using Gantry.Cli.CommandLine;
using Gantry.Core;

namespace Gantry.Cli.Commands;

/// <summary>Image names given on the command line.</summary>
internal static class References
{
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

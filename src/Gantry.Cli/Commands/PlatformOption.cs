using Gantry.Cli.CommandLine;
using Gantry.Core;

namespace Gantry.Cli.Commands;

/// <summary><c>--platform</c> where <c>DOCKER_DEFAULT_PLATFORM</c> is its default.</summary>
internal static class PlatformOption
{
    public static ValueOption<string> Declare(OptionTable table, string usage = "Set platform if server is multi-platform capable") =>
        table.String("platform", '\0', usage, initial: Environment.GetEnvironmentVariable("DOCKER_DEFAULT_PLATFORM") ?? "");

    /// <exception cref="FormatException">More than three parts, or an empty one.</exception>
    public static void Check(string platform)
    {
        if (platform.Contains('/') && !Platform.TryParse(platform, null, out _))
        {
            throw new FormatException($"error parsing specified platform: \"{platform}\": cannot parse platform specifier: invalid argument");
        }
    }
}

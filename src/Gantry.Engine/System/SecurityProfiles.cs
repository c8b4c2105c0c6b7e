using Gantry.Core;
using Gantry.Linux;
using Gantry.Runtime.Security;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine;

/// <summary>Loads at the engine's start what containers are confined by, so that the first one does not wait, and says where there is none.</summary>
internal static partial class SecurityProfiles
{
    /// <param name="directory">Where a profile's text may be written.</param>
    public static void Load(string directory, ILogger logger)
    {
        if (!AppArmor.IsOn)
        {
            return;
        }

        if (!AppArmor.IsEnabled)
        {
            LogNoParser(logger);
            return;
        }

        try
        {
            AppArmor.EnsureDefault(directory);
        }
        catch (Exception e) when (e is GantryException or LinuxException or IOException)
        {
            LogFailure(logger, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "AppArmor is on, but apparmor_parser is missing: containers run without a profile (install the package apparmor)")]
    private static partial void LogNoParser(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}; containers that name no profile of their own will not start")]
    private static partial void LogFailure(ILogger logger, string reason);
}

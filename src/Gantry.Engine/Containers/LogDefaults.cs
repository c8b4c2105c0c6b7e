using Gantry.Core;
using Gantry.Engine.Containers.Logs;

namespace Gantry.Engine.Containers;

/// <summary>The log driver and options of containers that name none.</summary>
public static class LogDefaults
{
    /// <summary>What is wrong with them, in dockerd's words where it has some; null when nothing is.</summary>
    public static string? Fault(string driver, IReadOnlyDictionary<string, string> options)
    {
        if (!LogOptions.Drivers.Contains(driver))
        {
            return $"failed to set log opts: logger: no log driver named '{driver}' is registered";
        }

        try
        {
            LogOptions.Check(driver, options);
            return null;
        }
        catch (GantryException error)
        {
            return $"failed to set log opts: {error.Message}";
        }
    }
}

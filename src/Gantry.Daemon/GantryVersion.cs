using System.Reflection;

namespace Gantry.Daemon;

/// <summary>The version this binary was built as.</summary>
internal static class GantryVersion
{
    public static string Text { get; } =
        typeof(GantryVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "dev";

    /// <summary>The source commit, seven digits, or empty.</summary>
    public static string Commit { get; } =
        typeof(GantryVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var commit] ? commit[..Math.Min(commit.Length, 7)] : "";
}

using System.Text.RegularExpressions;
using Gantry.Core;

namespace Gantry.Engine.Containers;

/// <summary>An endpoint's driver options, <c>com.docker.network.endpoint.*</c>.</summary>
internal static partial class EndpointOptions
{
    private const string Name = "com.docker.network.endpoint.ifname";
    private const string Sysctls = "com.docker.network.endpoint.sysctls";

    /// <summary>Null: the next free one.</summary>
    public static string? InterfaceName(EndpointSettings settings) => settings.DriverOptions.GetValueOrDefault(Name) is { Length: > 0 } name ? name : null;

    /// <summary>Paths below /proc/sys, with IFNAME in them, and values.</summary>
    public static IReadOnlyList<(string Path, string Value)> Switches(EndpointSettings settings) =>
    [
        .. Split(settings).Select(text => text.Split('=', 2)).Select(parts => (parts[0].Trim().Replace("ifname", "IFNAME", StringComparison.OrdinalIgnoreCase).Replace('.', '/'), parts[1].Trim())),
    ];

    /// <exception cref="GantryException">InvalidArgument.</exception>
    /// <param name="prefix">As <see cref="EndpointCheck"/>'s.</param>
    public static void Check(EndpointSettings settings, string prefix)
    {
        if (InterfaceName(settings) is { } name && (name.Length > 15 || name.Any(letter => letter is '/' or ':' || char.IsWhiteSpace(letter)) || name is "." or ".." or "lo"))
        {
            throw Refused($"invalid interface name '{name}'");
        }

        if (Split(settings).FirstOrDefault(text => !Sysctl().IsMatch(text)) is { } bad)
        {
            throw Refused($"unrecognised network interface sysctl '{bad}'; represent 'net.X.Y.ethN.Z=V' as 'net.X.Y.IFNAME.Z=V', 'X' must be 'ipv4', 'ipv6' or 'mpls'");
        }

        GantryException Refused(string reason) => GantryException.Invalid($"{prefix}invalid endpoint settings:\n{reason}");
    }

    private static string[] Split(EndpointSettings settings) => settings.DriverOptions.GetValueOrDefault(Sysctls)?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];

    // The docker CLI writes driver options in lower case. Word by word: a path made of it must not lead out.
    [GeneratedRegex(@"\Anet\.(ipv4|ipv6|mpls)\.[a-z0-9_]+\.(?i:IFNAME)\.[a-z0-9_]+=[^=\n]*\z")]
    private static partial Regex Sysctl();
}

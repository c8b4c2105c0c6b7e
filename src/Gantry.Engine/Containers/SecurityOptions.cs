using Gantry.Core;
using Gantry.Runtime.Security;

namespace Gantry.Engine.Containers;

/// <summary><c>--security-opt</c> as the daemon gets it: <c>no-new-privileges</c>, or <c>name=value</c> (formerly <c>name:value</c>).</summary>
internal static class SecurityOptions
{
    /// <exception cref="GantryException">InvalidArgument, in Docker's words.</exception>
    public static void Check(string option)
    {
        if (option is "no-new-privileges" or "writable-cgroups" or "disable")
        {
            return;
        }

        var valid = Split(option) switch
        {
            [_] => throw GantryException.Invalid($"invalid --security-opt 1: \"{option}\""),
            ["label" or "apparmor" or "seccomp", _] => true,
            ["no-new-privileges" or "writable-cgroups", var value] => ParseFlag(value) is not null,
            _ => false,
        };
        if (!valid)
        {
            throw GantryException.Invalid($"invalid --security-opt 2: \"{option}\"");
        }
    }

    /// <summary>What Docker adds and shows: a container that is as open as the host has no label of its own.</summary>
    public static IReadOnlyList<string> Implied(HostSettings host) =>
        (host.Privileged || host.PidMode == "host" || host.IpcMode == "host") && !host.SecurityOpt.Any(option => Split(option)[0] == "label") ? ["label=disable"] : [];

    /// <summary>What the container runs in; null where the host has no AppArmor, whatever was asked, as with Docker.</summary>
    public static string? AppArmorProfile(HostSettings host, bool enabled) =>
        !enabled ? null : Find(host.SecurityOpt, "apparmor") is { Length: > 0 } profile ? profile : host.Privileged ? AppArmor.Unconfined : AppArmor.DefaultProfile;

    /// <summary>The last value given to <paramref name="name"/>.</summary>
    public static string? Find(IReadOnlyList<string> options, string name) =>
        options.Select(Split).Where(pair => pair.Length == 2 && pair[0] == name).Select(pair => pair[1]).LastOrDefault();

    /// <summary>A switch, which may stand alone; off when it is not given.</summary>
    public static bool Flag(IReadOnlyList<string> options, string name) =>
        options.Where(option => Split(option)[0] == name).Select(option => Split(option) is [_, var value] ? ParseFlag(value) ?? false : true).LastOrDefault();

    // '=' goes first: a profile is JSON and full of colons.
    private static string[] Split(string option) => option.Contains('=') && !(option.Contains(':') && option.IndexOf(':') < option.IndexOf('=')) ? option.Split('=', 2) : option.Split(':', 2);

    // strconv.ParseBool.
    private static bool? ParseFlag(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };
}

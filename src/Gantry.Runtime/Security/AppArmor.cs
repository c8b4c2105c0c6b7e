using Gantry.Core;
using Gantry.Runtime.Oci;

namespace Gantry.Runtime.Security;

/// <summary>
/// The kernel's AppArmor, where it is on, and the profile that containers run in unless they say otherwise. It has Docker's name, by which
/// scripts look for it, so both engines use the one that is loaded: a profile of that name is never replaced.
/// </summary>
public static class AppArmor
{
    /// <summary>Of containers that name none and are not privileged.</summary>
    public const string DefaultProfile = "docker-default";

    /// <summary>No profile.</summary>
    public const string Unconfined = "unconfined";

    private const string Loaded = "/sys/kernel/security/apparmor/profiles";

    private static readonly Lock Gate = new();
    private static readonly string? Parser = new[] { "/sbin/apparmor_parser", "/usr/sbin/apparmor_parser" }.FirstOrDefault(File.Exists);

    /// <summary>The kernel enforces profiles here (in a container, say, it does not show them).</summary>
    public static bool IsOn { get; } = File.Exists(Loaded) && File.Exists("/sys/module/apparmor/parameters/enabled") && File.ReadAllText("/sys/module/apparmor/parameters/enabled").StartsWith('Y');

    /// <summary>Containers get profiles: it is on, and apparmor_parser(8) is there to load them.</summary>
    public static bool IsEnabled => IsOn && Parser is not null;

    /// <summary>
    /// Loads <see cref="DefaultProfile"/> unless it is there. To be called before each use: an upgrade of the system's profiles
    /// (aa-remove-unknown(8)) takes away what no file in /etc/apparmor.d holds.
    /// </summary>
    /// <param name="directory">Where the profile's text may be written for the parser.</param>
    /// <exception cref="GantryException">Internal: the parser's words.</exception>
    public static void EnsureDefault(string directory)
    {
        lock (Gate)
        {
            if (Contains(File.ReadLines(Loaded), DefaultProfile))
            {
                return;
            }

            var file = Path.Combine(directory, ".apparmor");
            File.WriteAllText(file, ReadProfile());

            // Neither from the parser's cache nor into it.
            var (code, output) = RuntimeCommand.Run(Parser!, ["--replace", "--skip-cache", file]);
            if (code != 0)
            {
                throw new GantryException(ErrorKind.Internal, $"AppArmor enabled on system but the {DefaultProfile} profile could not be loaded: {output.Trim()}");
            }
        }
    }

    /// <summary>Whether the kernel's list, lines of <c>name (mode)</c>, has a profile; names may have blanks.</summary>
    internal static bool Contains(IEnumerable<string> lines, string profile) =>
        lines.Any(line => line.StartsWith(profile + " (", StringComparison.Ordinal) && line.IndexOf(" (", StringComparison.Ordinal) == profile.Length);

    internal static string ReadProfile()
    {
        using var reader = new StreamReader(typeof(AppArmor).Assembly.GetManifestResourceStream("docker-default.apparmor")!);
        return reader.ReadToEnd();
    }
}

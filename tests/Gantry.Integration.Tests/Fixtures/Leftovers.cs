using System.Diagnostics;

namespace Gantry.Integration.Tests.Fixtures;

/// <summary>The one check that a daemon left nothing behind.</summary>
internal static class Leftovers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task AssertNoneAsync(PrivateDaemon daemon)
    {
        // The kernel takes network namespaces apart behind our back.
        var watch = Stopwatch.StartNew();
        IReadOnlyList<string> left;
        while ((left = await FindAsync(daemon)).Count > 0 && watch.Elapsed < Patience)
        {
            await Task.Delay(100);
        }

        Assert.True(left.Count == 0, $"left behind by {daemon.Name}:\n{string.Join('\n', left)}\nIts log:\n{daemon.Log}");
    }

    /// <summary>Mount points below the daemon's folder, seen from the tests' namespace; a pinned network namespace is one.</summary>
    public static IEnumerable<string> Mounts(PrivateDaemon daemon) => File.ReadLines("/proc/self/mountinfo")
        .Select(line => line.Split(' ')[4])
        .Where(point => point.StartsWith(daemon.Directory + "/", StringComparison.Ordinal));

    private static async Task<IReadOnlyList<string>> FindAsync(PrivateDaemon daemon) =>
    [
        .. Directory.EnumerateDirectories("/sys/class/net").Select(Path.GetFileName).Where(link => link!.StartsWith(daemon.Name, StringComparison.Ordinal)).Select(link => $"network device {link}"),
        .. OrphanedVeths().Select(link => $"veth {link}"),
        .. Mounts(daemon).Select(mount => $"mount {mount}"),
        .. Processes(daemon),
        .. await RulesAsync(daemon),
        .. Cgroups(daemon).Select(cgroup => $"cgroup {cgroup}"),
        .. Directory.EnumerateFileSystemEntries(daemon.Directory).Where(path => !path.EndsWith("busybox.tar", StringComparison.Ordinal)).Select(path => $"file {path}"),
    ];

    // Monitors, runtimes and containers: their command lines or cgroups name the daemon's.
    private static IEnumerable<string> Processes(PrivateDaemon daemon)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            string command, cgroup;
            try
            {
                command = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
                cgroup = File.ReadAllText(Path.Combine(folder, "cgroup"));
            }
            catch (IOException)
            {
                continue;
            }

            if (command.Contains(daemon.Directory, StringComparison.Ordinal) || cgroup.Contains(daemon.CgroupParent + "/", StringComparison.Ordinal))
            {
                yield return $"process {Path.GetFileName(folder)}: {command}";
            }
        }
    }

    private static async Task<IEnumerable<string>> RulesAsync(PrivateDaemon daemon)
    {
        var rules = (await Shell.RunAsync("/usr/sbin/nft", ["list", "ruleset"])).Succeeded();
        return rules.Split('\n').Where(line => line.Contains(daemon.Name, StringComparison.Ordinal)).Select(line => $"nftables: {line.Trim()}");
    }

    private static IEnumerable<string> Cgroups(PrivateDaemon daemon) =>
        Directory.EnumerateDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup").Select(hierarchy => hierarchy + daemon.CgroupParent).Where(Directory.Exists);

    // On the host's side of a pair whose bridge is gone. Other daemons' are on their bridges.
    private static IEnumerable<string> OrphanedVeths() => Directory.EnumerateDirectories("/sys/class/net", "veth*")
        .Where(link => !Path.Exists(Path.Combine(link, "master")))
        .Select(link => Path.GetFileName(link)!);
}

using System.Globalization;
using Gantry.Core;
using Gantry.Linux;

namespace Gantry.Runtime.Specification;

/// <summary>Device nodes and the cgroup rules that allow them (config-linux.md, "Allowed Device list").</summary>
internal static class Devices
{
    // Runtime-made or per-container parts of /dev that a privileged container has of its own.
    private static readonly HashSet<string> OwnParts = ["pts", "shm", "fd", "mqueue", "console", "ptmx", "null", "zero", "full", "random", "urandom", "tty"];

    // null, zero, full, tty, random, urandom, console, ptmx, pts.
    private static readonly OciDeviceRule[] Defaults =
    [
        new(false, null, null, null, "rwm"),
        new(true, "c", null, null, "m"),
        new(true, "b", null, null, "m"),
        new(true, "c", 1, 3, "rwm"),
        new(true, "c", 1, 5, "rwm"),
        new(true, "c", 1, 7, "rwm"),
        new(true, "c", 1, 8, "rwm"),
        new(true, "c", 1, 9, "rwm"),
        new(true, "c", 5, 0, "rwm"),
        new(true, "c", 5, 1, "rwm"),
        new(true, "c", 5, 2, "rwm"),
        new(true, "c", 136, null, "rwm"),
    ];

    public static (List<OciDevice> Devices, List<OciDeviceRule> Rules) Resolve(LaunchSpec launch)
    {
        var devices = new List<OciDevice>();
        if (launch.Privileged)
        {
            AddFolder(devices, "/dev", "/dev", OwnParts);
            return (devices, [new(true, null, null, null, "rwm")]);
        }

        List<OciDeviceRule> rules = [.. Defaults];
        foreach (var device in launch.Devices)
        {
            var first = devices.Count;
            Add(devices, device);
            rules.AddRange(devices.Skip(first).Select(added => new OciDeviceRule(true, added.Type, added.Major, added.Minor, device.Permissions)));
        }

        rules.AddRange(launch.DeviceCgroupRules.Select(ParseRule));
        return (devices, rules);
    }

    /// <summary>Docker's "c 42:* rwm".</summary>
    internal static OciDeviceRule ParseRule(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields is [("a" or "b" or "c") and var type, var numbers, var access]
            && numbers.Split(':') is [var major, var minor]
            && TryNumber(major, out var majorNumber) && TryNumber(minor, out var minorNumber)
            && access.All(letter => letter is 'r' or 'w' or 'm'))
        {
            return new OciDeviceRule(true, type, majorNumber, minorNumber, access);
        }

        throw GantryException.Invalid($"invalid device cgroup rule format: '{text}'");
    }

    private static bool TryNumber(string text, out long? number)
    {
        number = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
        return number is not null || text == "*";
    }

    private static void Add(List<OciDevice> devices, DeviceSpec device)
    {
        if (DeviceNode.Find(device.PathOnHost) is { } node)
        {
            devices.Add(From(node, device.PathInContainer));
        }
        else if (Directory.Exists(device.PathOnHost))
        {
            AddFolder(devices, device.PathOnHost, device.PathInContainer, []);
        }
        else
        {
            throw GantryException.Invalid($"error gathering device information while adding custom device \"{device.PathOnHost}\": "
                + (File.Exists(device.PathOnHost) ? "not a device node" : "no such file or directory"));
        }
    }

    private static void AddFolder(List<OciDevice> devices, string onHost, string inContainer, HashSet<string> except)
    {
        foreach (var entry in new DirectoryInfo(onHost).EnumerateFileSystemInfos())
        {
            // Links are the runtime's to make (/dev/fd, /dev/stdin); by-id folders would only repeat their targets.
            if (except.Contains(entry.Name) || entry.LinkTarget is not null)
            {
                continue;
            }

            if (entry is DirectoryInfo)
            {
                AddFolder(devices, entry.FullName, $"{inContainer}/{entry.Name}", except);
            }
            else if (DeviceNode.Find(entry.FullName) is { } node)
            {
                devices.Add(From(node, $"{inContainer}/{entry.Name}"));
            }
        }
    }

    private static OciDevice From(DeviceNode node, string path) => new(path, node.Kind.ToString(), node.Major, node.Minor, node.Mode, node.Uid, node.Gid);
}

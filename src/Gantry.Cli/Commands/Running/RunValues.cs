using System.Globalization;
using Gantry.Api.Containers;
using Gantry.Core;

namespace Gantry.Cli.Commands.Running;

/// <summary>Single values of run's options. All throw <see cref="FormatException"/> with docker's words.</summary>
internal static class RunValues
{
    private static readonly string[] UlimitNames = ["core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack"];

    /// <summary><c>--cpus 1.5</c> in billionths.</summary>
    public static long NanoCpus(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var cpus)
            ? (long)(cpus * 1_000_000_000)
            : throw new FormatException($"failed to parse {text} as a rational number");

    /// <summary><c>no</c>, <c>always</c>, <c>unless-stopped</c>, <c>on-failure[:tries]</c>.</summary>
    public static RestartPolicy RestartPolicy(string text)
    {
        var colon = text.IndexOf(':');
        var name = colon < 0 ? text : text[..colon];
        var count = 0;
        if (name.Length == 0 && colon >= 0)
        {
            throw new FormatException("invalid restart policy format: no policy provided before colon");
        }

        if (colon >= 0 && !int.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out count))
        {
            throw new FormatException("invalid restart policy format: maximum retry count must be an integer");
        }

        return new RestartPolicy { Name = name, MaximumRetryCount = count };
    }

    /// <summary><c>nofile=1024:2048</c>.</summary>
    public static Ulimit Ulimit(string text)
    {
        var equals = text.IndexOf('=');
        var parts = equals < 0 ? [] : text[(equals + 1)..].Split(':');
        if (parts.Length is 0 or > 2 || equals == 0)
        {
            throw new FormatException($"invalid ulimit argument: {text}");
        }

        if (!UlimitNames.Contains(text[..equals]))
        {
            throw new FormatException($"invalid ulimit type: {text[..equals]}");
        }

        var values = parts.Select(p => long.TryParse(p, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException($"strconv.ParseInt: parsing \"{p}\": invalid syntax")).ToList();
        var (soft, hard) = (values[0], values[^1]);
        return hard != -1 && (soft > hard || soft == -1)
            ? throw new FormatException($"ulimit soft limit must be less than or equal to hard limit: {soft} > {hard}")
            : new Ulimit { Name = text[..equals], Soft = soft, Hard = hard };
    }

    /// <summary><c>/dev/sda[:/dev/xvda[:rwm]]</c>.</summary>
    public static DeviceMapping Device(string text)
    {
        var parts = text.Split(':');
        return parts switch
        {
            [{ Length: > 0 } host] => new DeviceMapping { PathOnHost = host, PathInContainer = host, CgroupPermissions = "rwm" },
            [{ Length: > 0 } host, { Length: > 0 } second] => IsPermissions(second)
                ? new DeviceMapping { PathOnHost = host, PathInContainer = host, CgroupPermissions = second }
                : new DeviceMapping { PathOnHost = host, PathInContainer = second, CgroupPermissions = "rwm" },
            [{ Length: > 0 } host, { Length: > 0 } container, var permissions] when IsPermissions(permissions) =>
                new DeviceMapping { PathOnHost = host, PathInContainer = container, CgroupPermissions = permissions },
            [{ Length: > 0 }, { Length: > 0 }, var permissions] => throw new FormatException($"bad mode specified: {permissions}"),
            _ => throw new FormatException($"invalid device specification: {text}"),
        };
    }

    /// <summary>Path and value around the last colon, as the block device options write them.</summary>
    public static (string Path, string Value) DeviceValue(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && text.StartsWith("/dev/", StringComparison.Ordinal)
            ? (text[..colon], text[(colon + 1)..])
            : throw new FormatException($"bad format for device path: {text}");
    }

    public static BlkioThrottleDevice Throttle(string text, bool bytes)
    {
        var (path, value) = DeviceValue(text);
        return bytes && ByteSize.TryParse(value, null, out var size) ? new BlkioThrottleDevice(path, size.Bytes)
            : !bytes && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) ? new BlkioThrottleDevice(path, rate)
            : throw new FormatException(bytes
                ? $"invalid rate for device: {text}. The correct format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb"
                : $"invalid rate for device: {text}. The correct format is <device-path>:<number>. Number must be a positive integer");
    }

    public static BlkioWeightDevice Weight(string text)
    {
        var (path, value) = DeviceValue(text);
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var weight) && weight is 0 or (>= 10 and <= 1000)
            ? new BlkioWeightDevice(path, weight)
            : throw new FormatException($"invalid weight for device: {text}");
    }

    /// <summary><c>host:ip</c> or <c>host=ip</c>, as the daemon wants it.</summary>
    public static string ExtraHost(string text)
    {
        var separator = text.IndexOf('=') is >= 0 and var equals ? equals : text.IndexOf(':');
        var address = text[(separator + 1)..].Trim('[', ']');
        return separator > 0 && address.Length > 0
            ? address == "host-gateway" || System.Net.IPAddress.TryParse(address, out _) ? $"{text[..separator]}:{address}" : throw new FormatException($"invalid IP address in add-host: \"{address}\"")
            : throw new FormatException($"bad format for add-host: \"{text}\"");
    }

    /// <summary><c>net_admin</c> as <c>CAP_NET_ADMIN</c>; <c>ALL</c> stays.</summary>
    public static string Capability(string text)
    {
        var name = text.Trim().ToUpperInvariant();
        return name == "ALL" || name.StartsWith("CAP_", StringComparison.Ordinal) ? name : "CAP_" + name;
    }

    private static bool IsPermissions(string text) => text.Length is > 0 and <= 3 && text.All("rwm".Contains) && text.Distinct().Count() == text.Length;
}

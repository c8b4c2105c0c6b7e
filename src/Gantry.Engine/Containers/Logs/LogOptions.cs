using System.Globalization;
using Gantry.Core;

namespace Gantry.Engine.Containers.Logs;

/// <summary><c>--log-driver</c> and <c>--log-opt</c>: which drivers there are, which options each knows, and what is wrong with a request.</summary>
internal static class LogOptions
{
    private static readonly string[] Common = ["mode", "max-buffer-size", "cache-disabled", "cache-max-size", "cache-max-file", "cache-compress"];

    // Docker has these, too. Said as what it is, not as a plugin that is missing.
    private static readonly string[] NotHere = ["awslogs", "fluentd", "gelf", "splunk"];

    private static readonly Dictionary<string, string[]> Known = new()
    {
        ["json-file"] = ["max-file", "max-size", "compress", "labels", "labels-regex", "env", "env-regex", "tag"],
        ["local"] = ["max-file", "max-size", "compress"],
        ["none"] = [],
        ["syslog"] = ["env", "env-regex", "labels", "labels-regex", "syslog-address", "syslog-facility", "syslog-tls-ca-cert", "syslog-tls-cert", "syslog-tls-key", "syslog-tls-skip-verify", "tag", "syslog-format"],
        ["journald"] = ["labels", "labels-regex", "env", "env-regex", "tag"],
    };

    public static IReadOnlyCollection<string> Drivers => Known.Keys;

    /// <summary>What a create request is refused for. What Docker finds only at the start is <see cref="LogPlan"/>'s to say.</summary>
    /// <exception cref="GantryException">InvalidArgument, in Docker's words.</exception>
    public static void Check(string driver, IReadOnlyDictionary<string, string> options)
    {
        driver = driver.Length > 0 ? driver : "json-file";
        if (!Known.TryGetValue(driver, out var known))
        {
            throw GantryException.Invalid(NotHere.Contains(driver)
                ? $"logging driver {driver} is not supported: use json-file, local, journald, syslog or none"
                : $"error looking up logging plugin {driver}: plugin \"{driver}\" not found");
        }

        var mode = options.GetValueOrDefault("mode", "");
        Refuse(mode is not ("" or "blocking" or "non-blocking"), $"logger: logging mode not supported: {mode}");
        if (options.TryGetValue("max-buffer-size", out var size))
        {
            Refuse(mode != "non-blocking", "logger: max-buffer-size option is only supported with 'mode=non-blocking'");
            Refuse(!ByteSize.TryParse(size, null, out _), $"logger: error parsing option max-buffer-size: invalid size: '{size}'");
        }

        foreach (var option in options.Keys.Where(option => driver != "none" && !known.Contains(option) && !Common.Contains(option)))
        {
            throw GantryException.Invalid(driver == "local" ? $"unknown log opt '{option}' for log driver local" : $"unknown log opt '{option}' for {driver} log driver");
        }

        if (driver == "syslog")
        {
            _ = SyslogAddress.Parse(options.GetValueOrDefault("syslog-address", ""));
            _ = SyslogFormat.FacilityOf(options.GetValueOrDefault("syslog-facility", ""));
            SyslogFormat.CheckName(options.GetValueOrDefault("syslog-format", ""));
        }
    }

    /// <summary>strconv.ParseBool.</summary>
    public static bool Flag(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw GantryException.Invalid($"strconv.ParseBool: parsing \"{text}\": invalid syntax"),
    };

    /// <summary>strconv.Atoi.</summary>
    public static int Count(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count)
        ? count
        : throw GantryException.Invalid($"strconv.Atoi: parsing \"{text}\": invalid syntax");

    private static void Refuse(bool condition, string message)
    {
        if (condition)
        {
            throw GantryException.Invalid(message);
        }
    }
}

using System.Text;
using System.Text.Json;
using Gantry.Core;
using Gantry.Runtime;

namespace Gantry.Engine.Containers.Logs;

/// <summary>
/// Where a container's output goes. Its monitor writes one file in json-file format, whatever the driver: for <c>json-file</c> and <c>local</c>
/// that is the log; for <c>syslog</c> and <c>journald</c> it is what <c>docker logs</c> reads (Docker's dual logging) and at the same time
/// the spool from which <see cref="LogForwarder"/> sends.
/// </summary>
internal static class LogPlan
{
    private const string Prefix = "failed to create task for container: failed to initialize logging driver: ";
    private const long DefaultSize = 10 << 20;
    private const int DefaultFiles = 3;
    private const long CacheSize = 20 << 20;
    private const int CacheFiles = 5;

    /// <exception cref="GantryException">InvalidArgument: an option's value, in Docker's words.</exception>
    public static LogFile File(Container container)
    {
        if (container.LogPath.Length == 0)
        {
            return new LogFile(null);
        }

        var options = container.Settings.Host.LogOptions;
        try
        {
            return container.Settings.Host.LogDriver switch
            {
                "syslog" or "journald" => Rotated(container.LogPath, options, "cache-", CacheSize, CacheFiles),
                "local" => Rotated(container.LogPath, options, "", CacheSize, CacheFiles),
                _ => Rotated(container.LogPath, options, "", DefaultSize, DefaultFiles) with { Attributes = Json(LogAttributes.Of(container, withTag: options.ContainsKey("tag"))) },
            };
        }
        catch (Exception refused) when (refused is GantryException { Kind: ErrorKind.InvalidArgument } or FormatException)
        {
            throw Failed(refused.Message);
        }
    }

    /// <summary>The sink to forward to; null for drivers that keep their log here.</summary>
    /// <exception cref="GantryException">InvalidArgument: its options.</exception>
    public static ILogSink? Sink(Container container)
    {
        try
        {
            return container.Settings.Host.LogDriver switch
            {
                "syslog" => new SyslogSink(container),
                "journald" => new JournalSink(container),
                _ => null,
            };
        }
        catch (GantryException refused) when (refused.Kind == ErrorKind.InvalidArgument)
        {
            throw Failed(refused.Message);
        }
    }

    /// <summary>Whether <c>docker logs</c> has something to read.</summary>
    public static bool IsReadable(Container container) =>
        container.LogPath.Length > 0
        && !(container.Settings.Host.LogDriver is "syslog" or "journald" && container.Settings.Host.LogOptions.GetValueOrDefault("cache-disabled") is "true" or "1");

    public static GantryException Failed(string reason) => GantryException.Invalid(Prefix + reason);

    private static LogFile Rotated(string path, IReadOnlyDictionary<string, string> options, string prefix, long size, int files)
    {
        if (options.TryGetValue(prefix + "max-size", out var text))
        {
            size = text == "-1" ? 0 : ByteSize.Parse(text).Bytes;
        }

        if (options.TryGetValue(prefix + "max-file", out var count) && (files = LogOptions.Count(count)) < 1)
        {
            throw GantryException.Invalid("max-file cannot be less than 1");
        }

        var compress = options.TryGetValue(prefix + "compress", out var flag) && LogOptions.Flag(flag);
        return compress && (files < 2 || size == 0)
            ? throw GantryException.Invalid("compress cannot be true when max-file is less than 2 or max-size is not set")
            : new LogFile(path, size, files) { Compress = compress };
    }

    private static string? Json(IReadOnlyDictionary<string, string> attributes)
    {
        if (attributes.Count == 0)
        {
            return null;
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in attributes)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}

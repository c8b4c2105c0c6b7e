using System.Globalization;
using Gantry.Api.System;

namespace Gantry.Cli.Formatting;

/// <summary>Records of the build cache as <c>docker system df -v</c> lists them.</summary>
internal static class BuildCacheRows
{
    public static ListFormat Format { get; } = new(
        "{{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t{{.UsageCount}}\t{{.Shared}}", "{{.ID}}", new Dictionary<string, string>
        {
            ["ID"] = "CACHE ID",
            ["CacheType"] = "CACHE TYPE",
            ["Size"] = "SIZE",
            ["CreatedSince"] = "CREATED",
            ["LastUsedSince"] = "LAST USED",
            ["UsageCount"] = "USAGE",
            ["Shared"] = "SHARED",
        });

    public static Row Of(BuildCacheRecord cache, bool truncate) => new()
    {
        TypeName = "*formatter.buildCacheContext",
        ["ID"] = () => truncate ? Human.ShortId(cache.ID) : cache.ID,
        ["Parent"] = () => string.Join(", ", cache.Parents ?? []),
        ["CacheType"] = () => cache.Type,
        ["Description"] = () => cache.Description,
        ["Size"] = () => Human.Size(cache.Size),
        ["CreatedAt"] = () => At(cache.CreatedAt, Human.Instant),
        ["CreatedSince"] = () => At(cache.CreatedAt, Human.Ago),
        ["LastUsedAt"] = () => At(cache.LastUsedAt, Human.Instant),
        ["LastUsedSince"] = () => At(cache.LastUsedAt, Human.Ago),
        ["UsageCount"] = () => cache.UsageCount.ToString(CultureInfo.InvariantCulture),
        ["InUse"] = () => cache.InUse ? "true" : "false",
        ["Shared"] = () => cache.Shared ? "true" : "false",
    };

    private static string At(string? instant, Func<DateTimeOffset, string> show) => Core.Timestamp.TryParse(instant, out var when) ? show(when) : "";
}

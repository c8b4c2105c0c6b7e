using System.Globalization;
using Gantry.Build.Cache;
using Gantry.Core;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Mapping;

/// <summary>What <c>POST /build/prune</c> asks for.</summary>
internal static class CachePruneMapping
{
    private static readonly string[] Ages = ["until", "unused-for"];

    /// <exception cref="GantryException">InvalidArgument, in Docker's words.</exception>
    public static CachePrune Read(QueryReader query, DateTimeOffset now)
    {
        var filters = query.Filters();
        if (filters.Keys.FirstOrDefault(key => !CachePrune.Fields.Contains(key) && !Ages.Contains(key)) is { } unknown)
        {
            throw Refused($"invalid filter '{unknown}'");
        }

        if (filters.Keys.Any(key => filters[key].Count > 1))
        {
            throw Refused("filters expect only one value");
        }

        if (Ages.All(age => filters[age].Count > 0))
        {
            throw Refused("conflicting filters: cannot specify both \"until\" and \"unused-for\" filters");
        }

        return new CachePrune
        {
            All = query.Flag("all"),
            UnusedSince = Ages.SelectMany(age => filters[age].Select(value => (DateTimeOffset?)Moment(age, value, now))).FirstOrDefault(),
            Filters = filters.Keys.Where(CachePrune.Fields.Contains).ToDictionary(key => key, key => string.Concat(filters[key])),

            // keep-storage is what reserved-space was called before API 1.48.
            ReservedSpace = Bytes(query, "reserved-space") is > 0 and var reserved ? reserved : Bytes(query, "keep-storage"),
            MaxUsedSpace = Bytes(query, "max-used-space"),
            MinFreeSpace = Bytes(query, "min-free-space"),
        };
    }

    private static DateTimeOffset Moment(string filter, string text, DateTimeOffset now) => Timestamp.TryParseMoment(text, now, out var moment) ? moment
        : throw Refused($"\"{filter}\" filter expects a duration (e.g., '24h') or a timestamp: failed to parse value as time or duration: \"{text}\"");

    private static long Bytes(QueryReader query, string name) => query.Optional(name) is not { } text ? 0
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var size) ? size
        : throw GantryException.Invalid($"{name} is in bytes and expects an integer, got {text}: strconv.Atoi: parsing \"{text}\": invalid syntax");

    private static GantryException Refused(string reason) => GantryException.Invalid($"failed to prune build cache: {reason}");
}

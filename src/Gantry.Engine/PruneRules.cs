using Gantry.Core;

namespace Gantry.Engine;

/// <summary>The filters that every prune understands: <c>label</c>, <c>label!</c> and <c>until</c>.</summary>
internal static class PruneRules
{
    /// <summary>Refuses filters that are not allowed, and an <c>until</c> that is no moment, before anything is removed.</summary>
    /// <exception cref="GantryException">InvalidArgument, Docker's words.</exception>
    public static void Check(ObjectFilters filters, params ReadOnlySpan<string> allowed)
    {
        filters.Allow(allowed);
        foreach (var until in filters["until"])
        {
            _ = Moment(until, DateTimeOffset.UnixEpoch);
        }
    }

    public static bool Matches(ObjectFilters filters, IReadOnlyDictionary<string, string> labels, DateTimeOffset created, DateTimeOffset now) =>
        filters.MatchLabels(labels)
        && filters["label!"].All(unwanted => !ObjectFilters.HasLabel(labels, unwanted))
        && filters["until"].All(until => created < Moment(until, now));

    private static DateTimeOffset Moment(string until, DateTimeOffset now) =>
        Timestamp.TryParseMoment(until, now, out var moment) ? moment : throw GantryException.Invalid($"failed to parse value as time or duration: \"{until}\"");
}

using Gantry.Core;

namespace Gantry.Engine;

/// <summary>The filters that every prune understands: <c>label</c>, <c>label!</c> and <c>until</c>.</summary>
internal static class PruneRules
{
    public static bool Matches(ObjectFilters filters, IReadOnlyDictionary<string, string> labels, DateTimeOffset created, DateTimeOffset now) =>
        filters.MatchLabels(labels)
        && filters["label!"].All(unwanted => !ObjectFilters.HasLabel(labels, unwanted))
        && filters["until"].All(until => created < Moment(until, now));

    private static DateTimeOffset Moment(string until, DateTimeOffset now) =>
        Timestamp.TryParseMoment(until, now, out var moment) ? moment : throw GantryException.Invalid($"invalid filter 'until={until}'");
}

namespace Gantry.Edge.State;

/// <summary>The destinations that take traffic now; made anew when one changes or an ejection ends.</summary>
internal sealed record Rotation(DestinationState[] Members, long GoodUntil)
{
    public static Rotation Of(IEnumerable<DestinationState> all, long now)
    {
        DestinationState[] able = [.. all.Where(destination => destination is { Health: DestinationHealth.Healthy, Draining: false })];
        DestinationState[] members = [.. able.Where(destination => destination.EjectedUntil <= now)];
        var next = able.Select(destination => destination.EjectedUntil).Where(until => until > now).DefaultIfEmpty(long.MaxValue).Min();

        // A server that lately failed is better than none.
        return new Rotation(members.Length > 0 ? members : able, next);
    }
}

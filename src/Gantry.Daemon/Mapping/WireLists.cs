using Gantry.Api;

namespace Gantry.Daemon.Mapping;

/// <summary>Docker's ways with nothing: absent, null and empty mean the same in requests, and each answer member has its own.</summary>
internal static class WireLists
{
    private static readonly Dictionary<string, string> NoPairs = [];

    public static IReadOnlyList<T> OrEmpty<T>(this IReadOnlyList<T>? list) => list ?? [];

    public static IReadOnlyDictionary<string, string> OrEmpty(this IReadOnlyDictionary<string, string>? map) => map ?? NoPairs;

    public static IReadOnlyList<T>? NullIfEmpty<T>(this IReadOnlyList<T> list) => list.Count == 0 ? null : list;

    public static IReadOnlyDictionary<string, T>? NullIfEmpty<T>(this IReadOnlyDictionary<string, T> map) => map.Count == 0 ? null : map;

    /// <summary>Go's <c>map[string]struct{}</c>, null when empty.</summary>
    public static IReadOnlyDictionary<string, EmptyObject>? ToSet(this IReadOnlyList<string> keys) =>
        keys.Count == 0 ? null : keys.Distinct().ToDictionary(key => key, _ => EmptyObject.Value);

    public static IReadOnlyList<string> ToKeys(this IReadOnlyDictionary<string, EmptyObject>? set) => set is null ? [] : [.. set.Keys];
}

using Gantry.Core;

namespace Gantry.Engine;

/// <summary>The API's <c>filters</c>: for each key, the values of which one must match (labels: all of them).</summary>
public sealed class ObjectFilters(IReadOnlyDictionary<string, IReadOnlyList<string>> values)
{
    public static ObjectFilters None { get; } = new(new Dictionary<string, IReadOnlyList<string>>());

    public bool IsEmpty => values.Count == 0;

    public IReadOnlyCollection<string> Keys => [.. values.Keys];

    public IReadOnlyList<string> this[string key] => values.GetValueOrDefault(key) ?? [];

    public bool Has(string key) => values.ContainsKey(key);

    /// <exception cref="GantryException">InvalidArgument, Docker's words, for a key that is not allowed.</exception>
    public void Allow(params ReadOnlySpan<string> keys)
    {
        foreach (var key in values.Keys)
        {
            if (!keys.Contains(key))
            {
                throw GantryException.Invalid($"invalid filter '{key}'");
            }
        }
    }

    /// <summary>Whether one of the key's values passes, or there are none.</summary>
    public bool Match(string key, Func<string, bool> test) => !values.TryGetValue(key, out var list) || list.Count == 0 || list.Any(test);

    public bool MatchLabels(IReadOnlyDictionary<string, string> labels, string key = "label") => this[key].All(wanted => HasLabel(labels, wanted));

    /// <summary>A yes/no filter such as <c>dangling</c>.</summary>
    /// <exception cref="GantryException">InvalidArgument for anything but true, false, 1 and 0.</exception>
    public bool? Flag(string key)
    {
        if (this[key] is not [var value, ..])
        {
            return null;
        }

        return value switch
        {
            "1" or "true" or "True" or "TRUE" => true,
            "0" or "false" or "False" or "FALSE" => false,
            _ => throw GantryException.Invalid($"invalid filter '{key}=[{value}]'"),
        };
    }

    public static bool HasLabel(IReadOnlyDictionary<string, string> labels, string wanted)
    {
        var equals = wanted.IndexOf('=');
        return equals < 0
            ? labels.ContainsKey(wanted)
            : labels.TryGetValue(wanted[..equals], out var value) && value == wanted[(equals + 1)..];
    }
}

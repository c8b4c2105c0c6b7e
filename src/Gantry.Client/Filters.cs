using System.Text.Json;
using Gantry.Api;

namespace Gantry.Client;

/// <summary>The <c>filters</c> of list, prune and event calls: values by name; one of a name's values must match.</summary>
public sealed class Filters
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, bool>> values = [];

    public bool IsEmpty => values.Count == 0;

    public Filters Add(string name, string value)
    {
        if (!values.TryGetValue(name, out var set))
        {
            values[name] = set = new Dictionary<string, bool>();
        }

        ((Dictionary<string, bool>)set)[value] = true;
        return this;
    }

    public bool Contains(string name) => values.ContainsKey(name);

    /// <summary><c>{"label":{"a=b":true}}</c>, the form moby's client sends.</summary>
    public string ToJson() => JsonSerializer.Serialize(values, DockerJson.Wire.IReadOnlyDictionaryStringIReadOnlyDictionaryStringBoolean);
}

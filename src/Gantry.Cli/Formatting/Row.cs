using Gantry.Cli.Templates;

namespace Gantry.Cli.Formatting;

/// <summary>One object of a list, as templates see it. JSON has its fields in alphabetical order, as docker's reflection gives them.</summary>
internal sealed class Row : ITemplateObject
{
    private readonly Dictionary<string, Func<object?>> fields = [];

    /// <summary>Labels for <c>.Label "name"</c>.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Fields that templates may name but JSON leaves out.</summary>
    public ISet<string> Hidden { get; init; } = new HashSet<string>();

    public IEnumerable<KeyValuePair<string, object?>> Fields => fields.Where(f => !Hidden.Contains(f.Key))
        .OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => KeyValuePair.Create(f.Key, f.Value()));

    public Func<object?> this[string name]
    {
        set => fields[name] = value;
    }

    public bool TryGet(string name, IReadOnlyList<object?> arguments, out object? value)
    {
        if (name == "Label" && arguments.Count == 1 && arguments[0] is string label)
        {
            value = Labels?.GetValueOrDefault(label) ?? "";
            return true;
        }

        var found = fields.TryGetValue(name, out var field);
        value = field?.Invoke();
        return found;
    }
}

/// <summary>The column titles in place of a row.</summary>
internal sealed class Headings(IReadOnlyDictionary<string, string> titles) : ITemplateObject
{
    public IEnumerable<KeyValuePair<string, object?>> Fields => titles.Select(t => KeyValuePair.Create(t.Key, (object?)t.Value));

    public bool TryGet(string name, IReadOnlyList<object?> arguments, out object? value)
    {
        // .Label "com.example.some-name" heads its column SOME NAME's way: the last word.
        value = name == "Label" && arguments is [string label] ? label[(label.LastIndexOf('.') + 1)..].Replace('-', ' ').Replace('_', ' ')
            : titles.GetValueOrDefault(name) ?? "<no value>";
        return true;
    }
}

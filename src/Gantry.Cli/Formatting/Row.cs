using Gantry.Cli.Templates;

namespace Gantry.Cli.Formatting;

/// <summary>One object of a list, as templates see it. JSON has its fields in alphabetical order, as docker's reflection gives them.</summary>
internal sealed class Row : ITemplateObject
{
    private readonly Dictionary<string, Func<object?>> fields = [];

    /// <summary>Labels for <c>.Label "name"</c>; null for rows that have no such method.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public string TypeName { get; init; } = "interface {}";

    public IEnumerable<KeyValuePair<string, object?>> Fields => fields
        .OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => KeyValuePair.Create(f.Key, f.Value()));

    public Func<object?> this[string name]
    {
        set => fields[name] = value;
    }

    public string? ParametersOf(string name) => fields.ContainsKey(name) ? "" : name == "Label" && Labels is not null ? "s" : null;

    public object? Get(string name, IReadOnlyList<object?> arguments) =>
        arguments is [string label] ? Labels!.GetValueOrDefault(label) ?? "" : fields[name]();
}

/// <summary>The column titles in place of a row.</summary>
internal sealed class Headings(IReadOnlyDictionary<string, string> titles) : ITemplateObject
{
    public IEnumerable<KeyValuePair<string, object?>> Fields => titles.Select(t => KeyValuePair.Create(t.Key, (object?)t.Value));

    public string? ParametersOf(string name) => name == "Label" ? "s" : "";

    // .Label "com.example.some-name" heads its column with its last word: some name.
    public object? Get(string name, IReadOnlyList<object?> arguments) => arguments is [string label]
        ? label[(label.LastIndexOf('.') + 1)..].Replace('-', ' ').Replace('_', ' ')
        : titles.GetValueOrDefault(name);
}

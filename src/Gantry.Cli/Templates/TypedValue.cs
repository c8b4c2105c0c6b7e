using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Gantry.Cli.Templates;

/// <summary>Wire objects as the structs, lists and maps of docker's client: what the daemon left out or sent as null is there and empty.</summary>
internal static class TypedValue
{
    /// <summary>The value of a wire type, as templates see it; scalars become plain values.</summary>
    /// <param name="declared">The type where the value was found, which a null has none of.</param>
    public static object? Of(object? value, Type declared, JsonSerializerOptions options)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type != declared)
        {
            return value is null ? new NilPointer(type) : new ScalarPointer(Of(value, type, options));
        }

        switch (value)
        {
            case string or bool:
                return value;
            case int or uint or long or ushort or byte:
                return Convert.ToInt64(value);
            case ulong large:
                return unchecked((long)large);
            case float or double:
                return Convert.ToDouble(value);
            case JsonElement element:
                return JsonSerializer.SerializeToNode(element, Api.DockerJson.Wire.JsonElement);
            case null when type == typeof(string):
                return "";
        }

        return options.TryGetTypeInfo(type, out var info) ? Of(value, info, options) : null;
    }

    private static object? Of(object? value, JsonTypeInfo info, JsonSerializerOptions options) => info.Kind switch
    {
        JsonTypeInfoKind.Enumerable => new TypedList(value as IEnumerable, info),
        JsonTypeInfoKind.Dictionary => new TypedMap(value as IEnumerable, info),
        JsonTypeInfoKind.Object when value is not null => new TypedStruct(value, info),
        JsonTypeInfoKind.Object when GoTypes.IsPointer(info.Type) => new NilPointer(info.Type),
        JsonTypeInfoKind.Object => new TypedStruct(info.CreateObject!(), info),
        _ => value is null ? null : JsonNode.Parse(JsonSerializer.Serialize(value, info)),
    };
}

/// <summary>A record of the API as a Go struct: fields in the order of the declaration, under docker's names.</summary>
internal sealed class TypedStruct(object value, JsonTypeInfo type) : ITemplateObject
{
    public string TypeName => (IsPointer ? "*" : "") + GoTypes.NameOf(type.Type);

    public bool IsPointer => GoTypes.IsPointer(type.Type);

    public IEnumerable<KeyValuePair<string, object?>> Fields => type.Properties.Select(property => KeyValuePair.Create(GoTypes.FieldOf(type.Type, property.Name), Of(property)));

    public string? ParametersOf(string name) => Find(name) is null ? null : "";

    public object? Get(string name, IReadOnlyList<object?> arguments) => Of(Find(name)!);

    /// <summary>What docker's client encodes, under the names that JSON has.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Encoded => type.Properties
        .Where(property => property.ShouldSerialize?.Invoke(value, property.Get!(value)) != false)
        .Select(property => KeyValuePair.Create(property.Name, Of(property)));

    private JsonPropertyInfo? Find(string name) => type.Properties.FirstOrDefault(property => GoTypes.FieldOf(type.Type, property.Name) == name);

    private object? Of(JsonPropertyInfo property)
    {
        var found = property.Get!(value);
        return GoTypes.KindOf(type.Type, property.Name) switch
        {
            GoTypes.Kind.Duration => new GoDuration((long)found!),
            GoTypes.Kind.ByPort => new TypedMap((IEnumerable?)found, type.Options.GetTypeInfo(property.PropertyType)) { KeysAreText = false },
            GoTypes.Kind.Named => new NamedText((string?)found ?? "", GoTypes.TextTypeOf(type.Type, property.Name)),
            GoTypes.Kind.Time => new GoTime((string?)found ?? ""),
            _ => TypedValue.Of(found, property.PropertyType, type.Options),
        };
    }
}

/// <summary>A slice; nil when the daemon sent none, which prints, measures and iterates as an empty one but is <c>null</c> in JSON.</summary>
internal sealed class TypedList(IEnumerable? items, JsonTypeInfo type) : IReadOnlyList<object?>, ICollection
{
    private readonly List<object?> values = items is null ? [] : [.. items.Cast<object?>().Select(item => TypedValue.Of(item, type.ElementType!, type.Options))];

    public bool IsNil => items is null;

    public string TypeName => "[]" + GoTypes.NameOf(type.ElementType!);

    public bool HoldsText => type.ElementType == typeof(string);

    public int Count => values.Count;

    public bool IsSynchronized => false;

    public object SyncRoot => this;

    public object? this[int index] => values[index];

    public TypedList Slice(Range range) => new(items is null ? null : items.Cast<object?>().ToArray()[range], type);

    public void CopyTo(Array array, int index) => ((ICollection)values).CopyTo(array, index);

    public IEnumerator<object?> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A map from strings; nil when the daemon sent none.</summary>
internal sealed class TypedMap(IEnumerable? items, JsonTypeInfo type)
{
    private readonly SortedDictionary<string, object?> values = Read(items, type);

    public bool IsNil => items is null;

    /// <summary>False where the keys are of a type of their own: templates cannot name one, and go to the JSON instead.</summary>
    public bool KeysAreText { get; init; } = true;

    public string TypeName => "map[string]" + GoTypes.NameOf(type.ElementType!);

    /// <summary>In the order of the keys.</summary>
    public IReadOnlyDictionary<string, object?> Items => values;

    /// <summary>What Go's index gives for a key that is not there.</summary>
    public object? Zero => TypedValue.Of(null, type.ElementType!, type.Options);

    private static SortedDictionary<string, object?> Read(IEnumerable? items, JsonTypeInfo type)
    {
        var values = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        if (items is null)
        {
            return values;
        }

        foreach (DictionaryEntry entry in (IDictionary)items)
        {
            values[(string)entry.Key] = TypedValue.Of(entry.Value, type.ElementType!, type.Options);
        }

        return values;
    }
}

/// <summary>A pointer of Go that points nowhere.</summary>
internal sealed class NilPointer(Type type)
{
    public string TypeName => "*" + GoTypes.NameOf(type);

    public override string ToString() => "<nil>";
}

/// <summary>A pointer to a number or truth value: it prints as what it points to, but does not compare with it.</summary>
internal sealed class ScalarPointer(object? value)
{
    public object? Value => value;

    public override string ToString() => Values.Text(value);
}

/// <summary>Text of a type of its own (<c>container.NetworkMode</c>), which functions for strings do not take.</summary>
internal sealed record NamedText(string Text, string TypeName)
{
    public override string ToString() => Text;
}

/// <summary>A struct put together from parts, in their order.</summary>
internal sealed class ComposedStruct(string typeName, IReadOnlyList<KeyValuePair<string, object?>> fields) : ITemplateObject
{
    /// <summary>Other names that Go code has for fields whose JSON spells them otherwise.</summary>
    public IReadOnlyDictionary<string, string> GoNames { get; init; } = new Dictionary<string, string>();

    /// <summary>How it prints, where it has a way of its own.</summary>
    public string? Text { get; init; }

    public string TypeName => typeName;

    public IEnumerable<KeyValuePair<string, object?>> Fields => fields;

    public string? ParametersOf(string name) => fields.Any(field => GoNames.GetValueOrDefault(field.Key, field.Key) == name) ? "" : null;

    public object? Get(string name, IReadOnlyList<object?> arguments) => fields.First(field => GoNames.GetValueOrDefault(field.Key, field.Key) == name).Value;
}

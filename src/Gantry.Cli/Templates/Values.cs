using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Templates;

/// <summary>A field that is not there: false in conditions, an error once it is used.</summary>
internal sealed record MissingValue(string Name);

/// <summary>Fields, truth, order and text of the values a template handles.</summary>
internal static class Values
{
    /// <summary>JSON scalars as plain values; containers as they are.</summary>
    public static object? Plain(object? value)
    {
        if (value is not JsonValue json)
        {
            return value is int number ? (long)number : value;
        }

        return json.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.String => json.GetValue<string>(),
            System.Text.Json.JsonValueKind.True => true,
            System.Text.Json.JsonValueKind.False => false,
            System.Text.Json.JsonValueKind.Number => json.TryGetValue<long>(out var integer) ? integer : json.GetValue<double>(),
            _ => null,
        };
    }

    /// <exception cref="TemplateException">The value is a missing field.</exception>
    public static object? Required(object? value) => value is MissingValue missing
        ? throw new TemplateException($"template: :1:2: executing \"\" at <.{missing.Name}>: map has no entry for key \"{missing.Name}\"")
        : value;

    public static object? Get(object? value, string name, IReadOnlyList<object?> arguments)
    {
        switch (Required(value))
        {
            case ITemplateObject item:
                return item.TryGet(name, arguments, out var field)
                    ? Plain(field)
                    : throw new TemplateException($"template: :1:2: executing \"\" at <.{name}>: can't evaluate field {name} in type interface {{}}");
            case JsonObject json:
                return json.TryGetPropertyValue(name, out var node) || json.TryGetPropertyValue(OtherCase(name), out node) ? Plain(node) : new MissingValue(name);
            case IReadOnlyDictionary<string, string> map:
                return map.TryGetValue(name, out var text) ? text : new MissingValue(name);
            case null:
                throw new TemplateException($"template: :1:2: executing \"\" at <.{name}>: nil pointer evaluating interface {{}}.{name}");
            case var other:
                throw new TemplateException($"template: :1:2: executing \"\" at <.{name}>: can't evaluate field {name} in type {TypeName(other)}");
        }
    }

    public static bool IsTrue(object? value) => Plain(value) switch
    {
        null or MissingValue or false => false,
        string text => text.Length > 0,
        long number => number != 0,
        double number => number != 0,
        JsonObject json => json.Count > 0,
        IDictionary map => map.Count > 0,
        ICollection list => list.Count > 0,
        JsonArray array => array.Count > 0,
        _ => true,
    };

    /// <summary>Key and value of each item, maps in the order of their keys.</summary>
    public static IEnumerable<(object? Key, object? Value)> Enumerate(object? value)
    {
        switch (Required(Plain(value)))
        {
            case null:
                return [];
            case long count:
                return Enumerable.Range(0, (int)count).Select(i => ((object?)(long)i, (object?)(long)i));
            case JsonObject json:
                return json.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => ((object?)p.Key, Plain(p.Value)));
            case IReadOnlyDictionary<string, string> map:
                return map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => ((object?)p.Key, (object?)p.Value));
            case string text:
                throw new TemplateException($"template: :1:2: executing \"\": range can't iterate over {text}");
            case IEnumerable list:
                return list.Cast<object?>().Select((item, i) => ((object?)(long)i, Plain(item)));
            case var other:
                throw new TemplateException($"template: :1:2: executing \"\": range can't iterate over {Print(other)}");
        }
    }

    public static int Length(object? value) => Required(Plain(value)) switch
    {
        string text => System.Text.Encoding.UTF8.GetByteCount(text),
        JsonObject json => json.Count,
        IReadOnlyDictionary<string, string> map => map.Count,
        IEnumerable list => list.Cast<object?>().Count(),
        null => 0,
        var other => throw new TemplateException($"error calling len: len of type {TypeName(other)}"),
    };

    public static object? Index(object? value, object? key) => Required(Plain(value)) switch
    {
        null => throw new TemplateException("error calling index: index of untyped nil"),
        JsonObject json => Plain(json[Print(key)]) ?? (json.ContainsKey(Print(key)) ? null : ""),
        IReadOnlyDictionary<string, string> map => map.GetValueOrDefault(Print(key), ""),
        string text when key is long i => i >= 0 && i < text.Length ? (long)text[(int)i] : throw OutOfRange(i),
        IEnumerable list when key is long i => list.Cast<object?>().ToList() is var items && i >= 0 && i < items.Count ? Plain(items[(int)i]) : throw OutOfRange(i),
        var other => throw new TemplateException($"error calling index: can't index item of type {TypeName(other)}"),
    };

    /// <summary>As fmt's %v prints it.</summary>
    public static string Print(object? value) => Plain(value) switch
    {
        null => "<no value>",
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => Real(number),
        JsonObject or IReadOnlyDictionary<string, string> =>
            "map[" + string.Join(' ', Enumerate(value).Select(p => p.Key + ":" + Inner(p.Value))) + "]",
        ITemplateObject item => "{" + string.Join(' ', item.Fields.Select(f => Inner(f.Value))) + "}",
        IEnumerable => "[" + string.Join(' ', Enumerate(value).Select(p => Inner(p.Value))) + "]",
        var other => other.ToString() ?? "",
    };

    /// <exception cref="TemplateException">They cannot be compared.</exception>
    public static int Compare(object? left, object? right) => (Required(Plain(left)), Required(Plain(right))) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        (long a, long b) => a.CompareTo(b),
        (double or long, double or long) => Convert.ToDouble(Plain(left), CultureInfo.InvariantCulture).CompareTo(Convert.ToDouble(Plain(right), CultureInfo.InvariantCulture)),
        (bool a, bool b) => a.CompareTo(b),
        (null, null) => 0,
        (null, _) or (_, null) => 1,
        _ => throw new TemplateException("error calling eq: incompatible types for comparison"),
    };

    private static string Inner(object? value) => value is null ? "<nil>" : Print(value);

    // Go's wire structs are reachable both as .ID and .Id.
    private static string OtherCase(string name) => name switch { "ID" => "Id", "Id" => "ID", _ => name };

    // %v of a float64: the shortest text, an exponent from 21 digits on.
    private static string Real(double number)
    {
        if (number == Math.Floor(number) && Math.Abs(number) < 1e21)
        {
            return number.ToString(Math.Abs(number) < 1e6 ? "0" : "0.################e+00", CultureInfo.InvariantCulture);
        }

        return number.ToString("R", CultureInfo.InvariantCulture);
    }

    private static TemplateException OutOfRange(long index) => new($"error calling index: reflect: slice index out of range: {index}");

    private static string TypeName(object? value) => value switch { string => "string", long => "int", double => "float64", bool => "bool", null => "nil", _ => "interface {}" };
}

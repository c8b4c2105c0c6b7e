using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Templates;

/// <summary>Truth, members and text of the values a template handles.</summary>
internal static class Values
{
    /// <summary>What a map does not have. Its fields have no value either, where the field of a null is an error.</summary>
    public static readonly JsonNode NoValue = JsonValue.Create("<no value>")!;

    /// <summary>JSON scalars as plain values; containers as they are.</summary>
    public static object? Plain(object? value)
    {
        if (ReferenceEquals(value, NoValue))
        {
            return null;
        }

        if (value is NamedText named)
        {
            return named.Text;
        }

        if (value is not JsonValue json)
        {
            return value is int number ? (long)number : value;
        }

        return json.GetValueKind() switch
        {
            JsonValueKind.String => json.GetValue<string>(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => json.TryGetValue<long>(out var integer) ? (object)integer : json.GetValue<double>(),
            _ => null,
        };
    }

    /// <summary>As comparisons and fmt's verbs take it: docker has a number of the JSON as its text (<c>json.Number</c>).</summary>
    public static object? Operand(object? value) => value is JsonValue json && json.GetValueKind() == JsonValueKind.Number ? json.ToJsonString() : Plain(value);

    public static bool IsTrue(object? value) => Plain(value) switch
    {
        null or false => false,
        string text => text.Length > 0,
        long number => number != 0,
        double number => number != 0,
        JsonObject json => json.Count > 0,
        IDictionary map => map.Count > 0,
        TypedMap map => map.Items.Count > 0,
        NilPointer => false,
        GoDuration duration => duration.Nanoseconds != 0,
        ICollection list => list.Count > 0,
        JsonArray array => array.Count > 0,
        _ => true,
    };

    /// <summary>Key and value of each item, maps in the order of their keys; null when there is nothing to go through.</summary>
    public static IEnumerable<(object? Key, object? Value)>? TryEnumerate(object? value) => Plain(value) switch
    {
        null => [],
        long count => Numbers(count),
        JsonObject json => json.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => ((object?)p.Key, (object?)p.Value)),
        IReadOnlyDictionary<string, string> map => map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => ((object?)p.Key, (object?)p.Value)),
        TypedMap map => map.Items.Select(p => ((object?)p.Key, p.Value)),
        string or ITemplateObject => null,
        IEnumerable list => list.Cast<object?>().Select((item, i) => ((object?)(long)i, item)),
        _ => null,
    };

    /// <summary>As an action prints it.</summary>
    public static string Print(object? value) => Plain(value) is null ? "<no value>" : value is ITemplateObject item ? Struct(item) : Text(value);

    /// <summary>As fmt's %v prints it.</summary>
    public static string Text(object? value) => Plain(value) switch
    {
        null => "<nil>",
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => GoFloat.General(number),
        JsonObject or TypedMap or IReadOnlyDictionary<string, string> => "map[" + string.Join(' ', TryEnumerate(value)!.Select(p => $"{p.Key}:{Inner(p.Value)}")) + "]",
        TypedStruct { IsPointer: true } item => "&" + Struct(item),
        ITemplateObject item => Struct(item),
        IEnumerable => "[" + string.Join(' ', TryEnumerate(value)!.Select(p => Inner(p.Value))) + "]",
        var other => other.ToString() ?? "",
    };

    /// <summary>The Go type that docker's client would have here.</summary>
    public static string TypeName(object? value) => value switch
    {
        JsonValue json when json.GetValueKind() == JsonValueKind.Number => "json.Number",
        JsonObject => "map[string]interface {}",
        JsonArray => "[]interface {}",
        ITemplateObject item => item.TypeName,
        TypedList list => list.TypeName,
        TypedMap map => map.TypeName,
        NilPointer nil => nil.TypeName,
        NamedText named => named.TypeName,
        GoTime => "time.Time",
        GoDuration => "time.Duration",
        string[] => "[]string",
        IReadOnlyDictionary<string, string> => "map[string]string",
        _ => Plain(value) switch { string => "string", long => "int", double => "float64", bool => "bool", null => "nil", _ => "interface {}" },
    };

    private static string Struct(ITemplateObject item) => item is ComposedStruct { Text: { } text } ? text : "{" + string.Join(' ', item.Fields.Select(field => Inner(field.Value))) + "}";

    // Of what a pointer inside another value points to, Go prints the address: any will do.
    private static string Inner(object? value) => value is TypedStruct { IsPointer: true } ? $"0xc{System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value) & ~15:x9}" : Text(value);

    private static IEnumerable<(object? Key, object? Value)> Numbers(long count)
    {
        for (var i = 0L; i < count; i++)
        {
            yield return (null, i);
        }
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Templates;

/// <summary>text/template's own functions and those docker adds (json, split, join, title, lower, upper, pad, truncate).</summary>
internal static class Functions
{
    private static readonly Dictionary<string, string> Signatures = new()
    {
        ["and"] = "a*",
        ["or"] = "a*",
        ["not"] = "a",
        ["eq"] = "a*",
        ["ne"] = "aa",
        ["lt"] = "aa",
        ["le"] = "aa",
        ["gt"] = "aa",
        ["ge"] = "aa",
        ["len"] = "a",
        ["index"] = "a*",
        ["slice"] = "a*",
        ["print"] = "*",
        ["println"] = "*",
        ["printf"] = "s*",
        ["html"] = "*",
        ["js"] = "*",
        ["urlquery"] = "*",
        ["call"] = "a*",
        ["json"] = "a",
        ["split"] = "ss",
        ["join"] = "ls",
        ["title"] = "s",
        ["lower"] = "s",
        ["upper"] = "s",
        ["pad"] = "sii",
        ["truncate"] = "si",
    };

    public static bool Exists(string name) => Signatures.ContainsKey(name);

    public static Signature SignatureOf(string name) => new(Signatures[name]);

    /// <summary>Whether it is docker's, and does nothing to a table's titles.</summary>
    public static bool IsDockers(string name) => name is "json" or "split" or "join" or "title" or "lower" or "upper" or "pad" or "truncate";

    /// <param name="callee">How the first argument was written, for <c>call</c>'s messages.</param>
    /// <exception cref="FunctionException">The arguments do not fit.</exception>
    public static object? Call(string name, IReadOnlyList<object?> args, string callee) => name switch
    {
        "not" => !Values.IsTrue(args[0]),
        "eq" => Comparison.Equal(args),
        "ne" => !Comparison.Equal(args),
        "lt" => Comparison.Less(args[0], args[1]),
        "le" => Comparison.Less(args[0], args[1]) || Comparison.Equal(args),
        "gt" => !(Comparison.Less(args[0], args[1]) || Comparison.Equal(args)),
        "ge" => !Comparison.Less(args[0], args[1]),
        "len" => Length(args[0]),
        "index" => args.Skip(1).Aggregate(args[0], (item, key) => Index(item ?? throw new FunctionException("index of untyped nil"), key)) is var found && args[0] is null
            ? throw new FunctionException("index of untyped nil") : found,
        "slice" => Slice(args),
        "print" => Printing.Print(args),
        "println" => Printing.PrintLine(args),
        "printf" => Printing.Format((string)args[0]!, [.. args.Skip(1)]),
        "html" => Escaping.Html(Printing.Print(args)),
        "js" => Escaping.JavaScript(Printing.Print(args)),
        "urlquery" => Escaping.Query(Printing.Print(args)),
        "call" => args[0] is null ? throw new FunctionException("call of nil") : throw new FunctionException($"non-function {callee} of type {Values.TypeName(args[0])}"),
        "json" => JsonText.Of(args[0]),
        "split" => ((string)args[0]!).Split((string)args[1]!),
        "join" => string.Join((string)args[1]!, (string[])args[0]!),
        "title" => Title((string)args[0]!),
        "lower" => ((string)args[0]!).ToLowerInvariant(),
        "upper" => ((string)args[0]!).ToUpperInvariant(),
        "pad" => Pad((string)args[0]!, (long)args[1]!, (long)args[2]!),
        "truncate" => Truncate((string)args[0]!, (long)args[1]!),
        _ => throw new InvalidOperationException(),
    };

    private static object Length(object? value) => Values.Plain(value) switch
    {
        string text => (long)Encoding.UTF8.GetByteCount(text),
        JsonObject json => (long)json.Count,
        IReadOnlyDictionary<string, string> map => (long)map.Count,
        TypedMap map => (long)map.Items.Count,
        System.Collections.ICollection list => (long)list.Count,
        JsonArray array => (long)array.Count,
        // Docker has such a number as its text.
        long or double when value is JsonValue number => (long)number.ToJsonString().Length,
        null => throw new FunctionException("len of nil pointer"),
        _ => throw new FunctionException($"len of type {Values.TypeName(value)}"),
    };

    private static object? Index(object? value, object? key)
    {
        switch (Values.Plain(value))
        {
            case JsonObject json:
                return json.TryGetPropertyValue(Key(key), out var found) ? found : Empty(json);
            case IReadOnlyDictionary<string, string> map:
                return map.GetValueOrDefault(Key(key), "");
            case TypedMap { KeysAreText: false }:
                throw new FunctionException("value has type string; should be nat.Port");
            case TypedMap map:
                return map.Items.TryGetValue(Key(key), out var entry) ? entry : map.Zero;
            case TypedList list:
                return list[Position(key, list.Count, "slice")];
            case string text:
                var bytes = Encoding.UTF8.GetBytes(text);
                return (long)bytes[Position(key, bytes.Length, "string")];
            case JsonArray array:
                return array[Position(key, array.Count, "slice")];
            case string[] texts:
                return texts[Position(key, texts.Length, "slice")];
            case null:
                throw new FunctionException("index of untyped nil");
            default:
                throw new FunctionException($"can't index item of type {Values.TypeName(value)}");
        }
    }

    // A missing key of a map of strings is the empty string; of other maps nothing is known.
    private static string? Empty(JsonObject json) => json.All(member => Values.Plain(member.Value) is string) ? "" : null;

    private static string Key(object? key) => Values.Plain(key) as string ?? throw new FunctionException(key is null ? "value is nil; should be of type string" : $"value has type {Values.TypeName(key)}; should be string");

    private static int Position(object? key, int length, string kind) => Bound(key, length) is var index && index < length ? index
        : throw new FunctionException($"reflect: {kind} index out of range");

    private static int Bound(object? key, int limit) => Values.Plain(key) switch
    {
        long index => index >= 0 && index <= limit ? (int)index : throw new FunctionException($"index out of range: {index}"),
        null => throw new FunctionException("cannot index slice/array with nil"),
        _ => throw new FunctionException($"cannot index slice/array with type {Values.TypeName(key)}"),
    };

    private static object Slice(IReadOnlyList<object?> args)
    {
        var bounds = args.Skip(1).ToList();
        if (bounds.Count > 3)
        {
            throw new FunctionException($"too many slice indexes: {bounds.Count}");
        }

        switch (Values.Plain(args[0]))
        {
            case null:
                throw new FunctionException("slice of untyped nil");
            case string when bounds.Count == 3:
                throw new FunctionException("cannot 3-index slice a string");
            case string text:
                var bytes = Encoding.UTF8.GetBytes(text);
                return Encoding.UTF8.GetString(bytes[Limits(bounds, bytes.Length)]);
            case string[] list:
                return list[Limits(bounds, list.Length)];
            case TypedList list:
                return list.Slice(Limits(bounds, list.Count));
            case JsonArray array when array.All(i => Values.Plain(i) is string):
                return array.Select(i => (string)Values.Plain(i)!).ToArray()[Limits(bounds, array.Count)];
            case JsonArray array:
                return new JsonArray([.. array.ToArray()[Limits(bounds, array.Count)].Select(i => i?.DeepClone())]);
            default:
                throw new FunctionException($"can't slice item of type {Values.TypeName(args[0])}");
        }
    }

    private static Range Limits(List<object?> bounds, int length)
    {
        var all = bounds.Select(bound => Bound(bound, length)).ToList();
        var (from, to) = (all.Count > 0 ? all[0] : 0, all.Count > 1 ? all[1] : length);
        return from > to ? throw new FunctionException($"invalid slice index: {from} > {to}")
            : all.Count > 2 && to > all[2] ? throw new FunctionException($"invalid slice index: {to} > {all[2]}") : from..to;
    }

    private static string Pad(string text, long before, long after) =>
        text.Length == 0 ? text : new string(' ', (int)Math.Max(0, before)) + text + new string(' ', (int)Math.Max(0, after));

    // In bytes, as docker counts them.
    private static string Truncate(string text, long length)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return length < 0 ? throw new FunctionException($"runtime error: slice bounds out of range [:{length}]")
            : bytes.Length <= length ? text : Encoding.UTF8.GetString(bytes, 0, (int)length);
    }

    // strings.Title: the first letter of each word; digits, underscores and apostrophes' neighbours count as Go counts them.
    private static string Title(string text)
    {
        var result = new StringBuilder(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (i == 0 || IsSeparator(text[i - 1]))
            {
                result[i] = char.ToUpper(text[i], CultureInfo.InvariantCulture);
            }
        }

        return result.ToString();
    }

    private static bool IsSeparator(char c) => c < 128 ? !char.IsAsciiLetterOrDigit(c) && c != '_' : !char.IsLetterOrDigit(c) && char.IsWhiteSpace(c);
}

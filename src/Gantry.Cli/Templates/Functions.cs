using System.Collections;
using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>text/template's own functions and those docker adds (json, split, join, title, lower, upper, pad, truncate, println).</summary>
internal static class Functions
{
    private static readonly HashSet<string> Names =
    [
        "and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "len", "index", "slice", "print", "printf", "println", "html", "js", "urlquery", "call",
        "json", "split", "join", "title", "lower", "upper", "pad", "truncate",
    ];

    public static bool Exists(string name) => Names.Contains(name);

    public static object? Call(string name, IReadOnlyList<object?> given)
    {
        var lenient = name == "not";
        var args = given.Select(a => lenient ? Values.Plain(a) : Values.Required(Values.Plain(a))).ToList();
        return name switch
        {
            "not" => !Values.IsTrue(One(name, args)),
            "eq" => args.Count < 2 ? throw Count(name, "at least 2", args) : args.Skip(1).Any(a => Values.Compare(args[0], a) == 0),
            "ne" => Two(name, args) != 0,
            "lt" => Two(name, args) < 0,
            "le" => Two(name, args) <= 0,
            "gt" => Two(name, args) > 0,
            "ge" => Two(name, args) >= 0,
            "len" => (long)Values.Length(One(name, args)),
            "index" => args.Skip(1).Aggregate(args.FirstOrDefault(), Values.Index),
            "slice" => Slice(args),
            "print" => Printing.Print(args),
            "println" => Printing.PrintLine(args),
            "printf" => args.Count == 0 ? throw Count(name, "at least 1", args) : Printing.Format(Text(args[0]), [.. args.Skip(1)]),
            "html" => System.Net.WebUtility.HtmlEncode(Printing.Print(args)),
            "urlquery" => Uri.EscapeDataString(Printing.Print(args)),
            "json" => JsonText.Of(One(name, args)),
            "split" => Exactly(2, name, args) is var a ? Text(a[0]).Split(Text(a[1])) : null,
            "join" => string.Join(Text(Exactly(2, name, args)[1]), Values.Enumerate(args[0]).Select(p => Values.Print(p.Value))),
            "title" => Title(Text(One(name, args))),
            "lower" => Text(One(name, args)).ToLowerInvariant(),
            "upper" => Text(One(name, args)).ToUpperInvariant(),
            "pad" => Exactly(3, name, args) is var a && Text(a[0]) is { Length: > 0 } text ? new string(' ', (int)(long)a[1]!) + text + new string(' ', (int)(long)a[2]!) : Text(args[0]),
            "truncate" => Exactly(2, name, args) is var a && Text(a[0]).Length > (long)a[1]! ? Text(a[0])[..(int)(long)a[1]!] : Text(args[0]),
            _ => throw new TemplateException($"function \"{name}\" is not supported"),
        };
    }

    private static string Text(object? value) => value as string
        ?? throw new TemplateException($"wrong type for value; expected string; got {(value switch { long => "int", double => "float64", bool => "bool", null => "nil", _ => "interface {}" })}");

    private static object? One(string name, IReadOnlyList<object?> args) => Exactly(1, name, args)[0];

    private static int Two(string name, IReadOnlyList<object?> args) => Values.Compare(Exactly(2, name, args)[0], args[1]);

    private static IReadOnlyList<object?> Exactly(int count, string name, IReadOnlyList<object?> args) =>
        args.Count == count ? args : throw Count(name, count.ToString(), args);

    private static TemplateException Count(string name, string wanted, IReadOnlyList<object?> args) =>
        new($"wrong number of args for {name}: want {wanted} got {args.Count}");

    private static object? Slice(IReadOnlyList<object?> args)
    {
        var from = args.Count > 1 ? (int)(long)args[1]! : 0;
        if (args[0] is string text)
        {
            var end = args.Count > 2 ? (int)(long)args[2]! : text.Length;
            return from <= end && end <= text.Length ? text[from..end] : throw new TemplateException($"error calling slice: index out of range: {end}");
        }

        var items = args[0] is IEnumerable ? Values.Enumerate(args[0]).Select(p => p.Value).ToList() : throw new TemplateException("error calling slice: can't slice item");
        var last = args.Count > 2 ? (int)(long)args[2]! : items.Count;
        return from <= last && last <= items.Count ? items[from..last] : throw new TemplateException($"error calling slice: index out of range: {last}");
    }

    private static string Title(string text)
    {
        var result = new StringBuilder(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (i == 0 || !char.IsLetterOrDigit(text[i - 1]))
            {
                result[i] = char.ToUpperInvariant(text[i]);
            }
        }

        return result.ToString();
    }
}

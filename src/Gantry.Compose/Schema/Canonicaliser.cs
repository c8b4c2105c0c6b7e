using System.Globalization;
using Gantry.Compose.Loading;
using Gantry.Core;

namespace Gantry.Compose.Schema;

/// <summary>
/// Checks a document against its <see cref="Shape"/> and writes it in the long syntax with canonical values, in one walk.
/// Errors are Compose's: <c>validating FILE: services.web additional properties 'foo' not allowed</c>.
/// </summary>
internal sealed class Canonicaliser(string file)
{
    public Node Apply(Node node, Shape shape, string path = "")
    {
        // A reset carries no value of interest: it only removes.
        if (node.Tag == NodeTag.Reset)
        {
            return node;
        }

        var result = Convert(node, shape, path);
        result.Tag = node.Tag;
        return result;
    }

    private Node Convert(Node node, Shape shape, string path)
    {
        if (shape.Expand is { } expand)
        {
            node = Shorthand(expand, node, path);
        }

        if (node.IsNull && shape.Kind != ShapeKind.Any)
        {
            return node;
        }

        return shape.Kind switch
        {
            ShapeKind.Any => node,
            ShapeKind.Object => Object(node as MapNode ?? throw Wrong(path, shape.Words ?? "a mapping"), shape, path),
            ShapeKind.Map => Map(node as MapNode ?? throw Wrong(path, shape.Words ?? "a mapping"), shape, path),
            ShapeKind.List => List(node as ListNode ?? throw Wrong(path, shape.Words ?? "a array"), shape, path),
            _ => Scalar(node as ScalarNode ?? throw Wrong(path, shape.Words ?? Words(shape.Kind)), shape, path),
        };
    }

    private MapNode Object(MapNode map, Shape shape, string path)
    {
        var unknown = map.Entries.Keys.Where(key => shape.Property(key) is null && !(shape.Extensible && key.StartsWith("x-", StringComparison.Ordinal))).ToList();
        if (unknown.Count > 0)
        {
            throw Invalid($"{path} additional properties {string.Join(", ", unknown.Select(key => $"'{key}'"))} not allowed");
        }

        foreach (var key in map.Entries.Keys.ToList())
        {
            map.Entries[key] = shape.Property(key) is { } property ? Apply(map.Entries[key], property, Join(path, key)) : map.Entries[key];
        }

        return map;
    }

    private MapNode Map(MapNode map, Shape shape, string path)
    {
        foreach (var key in map.Entries.Keys.ToList())
        {
            map.Entries[key] = Apply(map.Entries[key], shape.Item!, Join(path, key));
        }

        return map;
    }

    private ListNode List(ListNode list, Shape shape, string path)
    {
        for (var i = 0; i < list.Items.Count; i++)
        {
            list.Items[i] = Apply(list.Items[i], shape.Item!, $"{path}.{i}");
        }

        return list;
    }

    private ScalarNode Scalar(ScalarNode node, Shape shape, string path)
    {
        var value = Value(node.Value, shape, path);
        if (shape.Values.Count > 0 && value is string text && !shape.Values.Contains(text))
        {
            throw Invalid($"{path} value must be one of {string.Join(", ", shape.Values.Select(allowed => $"'{allowed}'"))}");
        }

        return node.Scalar(value);
    }

    private object? Value(object? value, Shape shape, string path) => (shape.Kind, value) switch
    {
        (ShapeKind.Text, string text) => text,
        (ShapeKind.Scalar, _) => NodeReading.ScalarText(value),
        (ShapeKind.Integer, long number) => number,
        (ShapeKind.Integer, double number) when number == Math.Floor(number) => (long)number,
        (ShapeKind.Integer, string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Cast(path, $"strconv.Atoi: parsing \"{text}\": invalid syntax"),
        (ShapeKind.Number, long or double) => value,
        (ShapeKind.Number, string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Cast(path, $"strconv.ParseFloat: parsing \"{text}\": invalid syntax"),
        (ShapeKind.Boolean, bool flag) => flag,
        (ShapeKind.Boolean, string text) => Flag(text) ?? throw Cast(path, $"invalid boolean: {text}"),
        (ShapeKind.Size, long or double) => NodeReading.ScalarText(value),
        (ShapeKind.Size, string text) => Size(text) ?? throw Decoding(path, $"invalid size: '{text}'"),
        (ShapeKind.Duration, string text) => GoDuration.TryParse(text, out var duration)
            ? GoDuration.Format(duration)
            : throw Decoding(path, $"time: invalid duration \"{text}\""),
        (ShapeKind.FileMode, long mode) => "0" + System.Convert.ToString(mode, 8),
        (ShapeKind.FileMode, string text) => ScalarResolver.Resolve("0" + text.TrimStart('0', 'o')) is long mode
            ? "0" + System.Convert.ToString(mode, 8)
            : throw Decoding(path, $"invalid mode: '{text}'"),
        _ => throw Wrong(path, shape.Words ?? Words(shape.Kind)),
    };

    private Node Shorthand(Func<Node, string, Node> expand, Node node, string path)
    {
        try
        {
            return expand(node, path);
        }
        catch (FormatException problem)
        {
            throw GantryException.Invalid($"{file}: {path}: {problem.Message} (line {node.Position.Line})");
        }
    }

    private static string? Size(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var plain) ? NodeReading.ScalarText(plain)
        : ByteSize.TryParse(text, null, out var size) ? NodeReading.ScalarText(size.Bytes)
        : null;

    private static bool? Flag(string text) => text.ToLowerInvariant() switch
    {
        "true" or "y" or "yes" or "on" => true,
        "false" or "n" or "no" or "off" => false,
        _ => null,
    };

    private static string Words(ShapeKind kind) => kind switch
    {
        ShapeKind.Text or ShapeKind.Duration => "a string",
        ShapeKind.Scalar => "a string or number",
        ShapeKind.Integer => "a integer or string",
        ShapeKind.Number or ShapeKind.Size or ShapeKind.FileMode => "a number or string",
        ShapeKind.Boolean => "a boolean or string",
        _ => "valid",
    };

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private GantryException Invalid(string problem) => GantryException.Invalid($"validating {file}: {problem}");

    private GantryException Wrong(string path, string expected) => Invalid($"{path} must be {expected}");

    private static GantryException Cast(string path, string problem) =>
        GantryException.Invalid($"error while interpolating {path}: failed to cast to expected type: {problem}");

    // Compose decodes these after merging, and reports them so.
    private static GantryException Decoding(string path, string problem) =>
        GantryException.Invalid($"decoding failed due to the following error(s):\n\n'{path}' {problem}");
}

using Gantry.Compose.Loading;
using Gantry.Compose.Schema;

namespace Gantry.Compose.Output;

/// <summary>In which order, and which, entries of a canonical document are written.</summary>
internal static class TreeOrder
{
    internal sealed record Entry(string Key, Node Value, Shape Shape);

    /// <summary>A mapping's entries: by the schema for objects, sorted for maps, extensions last, empty ones left out.</summary>
    public static IReadOnlyList<Entry> Of(MapNode map, Shape shape, bool withDefaults = false)
    {
        if (shape.Kind != ShapeKind.Object)
        {
            var item = shape.Item ?? Shapes.Any;
            return [.. map.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Where(entry => Wanted(entry.Value, item) || item == Shapes.Any || item.KeepsNull).Select(entry => new Entry(entry.Key, entry.Value, item))];
        }

        return
        [
            .. shape.Properties
                .Select(property => new Entry(property.Name, Value(map, property.Name, property.Shape, withDefaults)!, property.Shape))
                .Where(entry => entry.Value is not null),
            // Go leaves extensions out of JSON.
            .. map.Entries.Where(entry => !withDefaults && shape.Property(entry.Key) is null).OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new Entry(entry.Key, entry.Value, Shapes.Any)),
        ];
    }

    public static IEnumerable<Node> Items(ListNode list, Shape shape) =>
        shape.Sorted ? list.Items.OrderBy(item => item.Text, StringComparer.Ordinal) : list.Items;

    /// <summary>A limit written as one number.</summary>
    public static Node? Single(MapNode map) => map.Entries.Count == 1 ? map["single"] : null;

    private static Node? Value(MapNode map, string name, Shape shape, bool withDefaults) =>
        map[name] is { } value && Wanted(value, shape) ? value
        : withDefaults && shape.JsonDefault is { } text ? text == "null" ? map.Scalar(null) : new MapNode(map.Position)
        : null;

    private static bool Wanted(Node value, Shape shape) => shape.KeepsNull || value switch
    {
        ScalarNode { Value: null } => false,
        ScalarNode { Value: false } => shape.KeepsFalse,
        ScalarNode { Value: "" } => shape.Kind == ShapeKind.Scalar,
        ScalarNode => true,
        ListNode list => list.Items.Count > 0 || shape.Replaces,
        MapNode map => map.Entries.Count > 0,
        _ => false,
    };
}

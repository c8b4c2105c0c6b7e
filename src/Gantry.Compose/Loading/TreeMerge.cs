using Gantry.Compose.Schema;

namespace Gantry.Compose.Loading;

/// <summary>
/// Merges a later canonical document into an earlier one (compose-spec, 13-merge.md): mappings by key, lists by
/// appending, commands and scalars by replacing; items that denote the same thing become one.
/// </summary>
internal static class TreeMerge
{
    /// <returns>Null when the later document resets the place.</returns>
    public static Node? Merge(Node? earlier, Node later, Shape shape)
    {
        if (later.Tag == NodeTag.Reset)
        {
            return null;
        }

        if (earlier is null || later.Tag == NodeTag.Override || shape.Replaces)
        {
            return Own(later, shape);
        }

        return (earlier, later) switch
        {
            (_, ScalarNode { Value: null }) when earlier is not ScalarNode => earlier,
            (MapNode a, MapNode b) => Mappings(a, b, shape),
            (ListNode a, ListNode b) => Unique([.. a.Items, .. b.Items.Where(item => item.Tag != NodeTag.Reset)], later, shape),
            _ => Own(later, shape),
        };
    }

    private static MapNode Mappings(MapNode earlier, MapNode later, Shape shape)
    {
        // Options of one log driver mean nothing to another.
        if (shape.Property("options") is not null && later["driver"] is { } driver && earlier["driver"] is { } other && driver.Text != other.Text)
        {
            return (MapNode)Own(later, shape);
        }

        foreach (var (key, value) in later.Entries.ToList())
        {
            earlier[key] = Merge(earlier[key], value, Child(shape, key));
        }

        return earlier;
    }

    // A value with nothing to merge into: its own resets vanish and its duplicates fold.
    private static Node Own(Node node, Shape shape)
    {
        switch (node)
        {
            case MapNode map:
                foreach (var (key, value) in map.Entries.ToList())
                {
                    map[key] = value.Tag == NodeTag.Reset ? null : Own(value, Child(shape, key));
                }

                break;
            case ListNode list:
                return Unique(list.Items.Where(item => item.Tag != NodeTag.Reset).Select(item => Own(item, shape.Item ?? Shapes.Any)), list, shape);
        }

        node.Tag = NodeTag.None;
        return node;
    }

    private static ListNode Unique(IEnumerable<Node> items, Node at, Shape shape)
    {
        if (shape.Key is not { } key)
        {
            return new ListNode(at.Position, items);
        }

        var byKey = new OrderedDictionary<string, Node>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            byKey[key(item)] = item;
        }

        return new ListNode(at.Position, byKey.Values);
    }

    private static Shape Child(Shape shape, string key) => shape.Property(key) ?? shape.Item ?? Shapes.Any;
}

namespace Gantry.Compose.Loading;

/// <summary>What a YAML tag asks of the merge with earlier files (compose-spec, 13-merge.md).</summary>
internal enum NodeTag
{
    None,

    /// <summary><c>!reset</c>: forget what earlier files said.</summary>
    Reset,

    /// <summary><c>!override</c>: replace instead of merging.</summary>
    Override,
}

/// <summary>Where a node was written; lines and columns count from one.</summary>
internal readonly record struct Position(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>One value of a compose document, with its place in the file.</summary>
internal abstract class Node(Position position)
{
    public Position Position { get; init; } = position;

    public NodeTag Tag { get; set; }

    public abstract Node Clone();
}

/// <param name="value">null, bool, long, double or string.</param>
internal sealed class ScalarNode(Position position, object? value) : Node(position)
{
    public object? Value { get; } = value;

    public override Node Clone() => new ScalarNode(Position, Value) { Tag = Tag };
}

internal sealed class ListNode(Position position, IEnumerable<Node>? items = null) : Node(position)
{
    public List<Node> Items { get; } = [.. items ?? []];

    public override Node Clone() => new ListNode(Position, Items.Select(item => item.Clone())) { Tag = Tag };
}

/// <summary>A mapping whose entries keep the order they were written in.</summary>
internal sealed class MapNode(Position position) : Node(position)
{
    public OrderedDictionary<string, Node> Entries { get; } = new(StringComparer.Ordinal);

    public Node? this[string key]
    {
        get => Entries.GetValueOrDefault(key);
        set
        {
            if (value is null)
            {
                Entries.Remove(key);
            }
            else
            {
                Entries[key] = value;
            }
        }
    }

    public override Node Clone()
    {
        var copy = new MapNode(Position) { Tag = Tag };
        foreach (var (key, value) in Entries)
        {
            copy.Entries[key] = value.Clone();
        }

        return copy;
    }
}

using Gantry.Compose.Loading;

namespace Gantry.Compose.Schema;

internal enum ShapeKind
{
    /// <summary>A string and nothing else.</summary>
    Text,

    /// <summary>Any scalar, kept as text.</summary>
    Scalar,
    Integer,
    Number,
    Boolean,

    /// <summary>A number of bytes; canonical as decimal text.</summary>
    Size,

    /// <summary>A Go duration; canonical as Go prints it.</summary>
    Duration,

    /// <summary>Permission bits; canonical as octal text.</summary>
    FileMode,

    /// <summary>Whatever was written.</summary>
    Any,
    List,
    Map,
    Object,
}

/// <summary>
/// What one place of a compose file may hold: its type, its short syntax, and how two files merge there. The whole of
/// Compose's format is a table of these (<see cref="ComposeSchema"/>).
/// </summary>
internal sealed record Shape(ShapeKind Kind)
{
    /// <summary>What a list or a map holds.</summary>
    public Shape? Item { get; init; }

    /// <summary>An object's properties, in the order Compose prints them.</summary>
    public IReadOnlyList<(string Name, Shape Shape)> Properties { get; init; } = [];

    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>The allowed texts; empty allows all.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Turns the short syntax into the long one; gets the node and its path, returns it unchanged when long already.</summary>
    public Func<Node, string, Node>? Expand { get; init; }

    /// <summary>Two items of a list with one key are one item, and the later wins.</summary>
    public Func<Node, string>? Key { get; init; }

    /// <summary>A later file replaces what an earlier one said.</summary>
    public bool Replaces { get; init; }

    /// <summary>Null means something here and is kept.</summary>
    public bool KeepsNull { get; init; }

    /// <summary>What Go's JSON encoder writes for a property that is absent: <c>null</c> or <c>{}</c>; null leaves it out.</summary>
    public string? JsonDefault { get; init; }

    /// <summary>False says something other than nothing, and is printed.</summary>
    public bool KeepsFalse { get; init; }

    /// <summary>Keys that start with x- are allowed.</summary>
    public bool Extensible { get; init; }

    /// <summary>Entries are printed sorted.</summary>
    public bool Sorted { get; init; }

    /// <summary>How a wrong type is named, as in "must be a string".</summary>
    public string? Words { get; init; }

    public Shape? Property(string name)
    {
        foreach (var (key, shape) in Properties)
        {
            if (key == name)
            {
                return shape;
            }
        }

        return null;
    }
}

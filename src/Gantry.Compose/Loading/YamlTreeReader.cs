using Gantry.Core;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gantry.Compose.Loading;

/// <summary>
/// Reads YAML into <see cref="Node"/> trees from parser events: anchors, merge keys, Compose's tags, and the place of every
/// value. Nothing here needs reflection, so it is safe under NativeAOT.
/// </summary>
internal sealed class YamlTreeReader
{
    // A document that expands to more is an alias bomb, not a project.
    private const int NodeLimit = 1_000_000;

    private readonly string file;
    private readonly Parser parser;
    private readonly Dictionary<AnchorName, Node> anchors = [];
    private int nodes;

    private YamlTreeReader(string text, string file)
    {
        this.file = file;
        parser = new Parser(new StringReader(text));
    }

    /// <summary>Every document of a file, empty ones left out.</summary>
    /// <exception cref="GantryException">The text is not YAML; the message names file and line.</exception>
    public static IReadOnlyList<Node> ReadAll(string text, string file)
    {
        try
        {
            return [.. new YamlTreeReader(text, file).Documents()];
        }
        catch (YamlException problem)
        {
            throw Fail(file, (int)problem.Start.Line, problem.InnerException?.Message ?? problem.Message);
        }
    }

    private IEnumerable<Node> Documents()
    {
        parser.Consume<StreamStart>();
        while (!parser.TryConsume<StreamEnd>(out _))
        {
            parser.Consume<DocumentStart>();
            anchors.Clear();
            var root = Value();
            parser.Consume<DocumentEnd>();
            if (!root.IsNull)
            {
                yield return root;
            }
        }
    }

    private Node Value()
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            var target = anchors.GetValueOrDefault(alias.Value) ?? throw Fail(file, (int)alias.Start.Line, $"unknown anchor '{alias.Value}' referenced");
            var copy = target.Clone();
            Count(copy);
            return copy;
        }

        nodes++;
        return parser.Current switch
        {
            YamlDotNet.Core.Events.Scalar => Scalar(parser.Consume<Scalar>()),
            SequenceStart => Sequence(parser.Consume<SequenceStart>()),
            MappingStart => Mapping(parser.Consume<MappingStart>()),
            var other => throw Fail(file, (int)(other?.Start.Line ?? 0), "did not find expected node content"),
        };
    }

    private Node Scalar(Scalar scalar)
    {
        object? value = scalar switch
        {
            { Tag: { IsEmpty: false } tag } when tag.Value == "tag:yaml.org,2002:str" => scalar.Value,
            { Style: ScalarStyle.Plain } => ScalarResolver.Resolve(scalar.Value),
            _ => scalar.Value,
        };
        return Remember(scalar, new ScalarNode(At(scalar), value));
    }

    private ListNode Sequence(SequenceStart start)
    {
        var list = new ListNode(At(start));
        Remember(start, list);
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            list.Items.Add(Value());
        }

        return list;
    }

    private MapNode Mapping(MappingStart start)
    {
        var map = new MapNode(At(start));
        Remember(start, map);
        var merged = new List<Node>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var line = (int)(parser.Current?.Start.Line ?? 0);
            var key = Value().Text ?? (parser.Current is null ? "" : "null");
            var value = Value();
            if (key == "<<")
            {
                merged.Add(value);
            }
            else if (!lines.TryAdd(key, line))
            {
                throw Fail(file, line, $"mapping key \"{key}\" already defined at line {lines[key]}");
            }
            else
            {
                map.Entries[key] = value;
            }
        }

        merged.ForEach(source => MergeKeys(map, source));
        return map;
    }

    // YAML's merge key: what the mapping itself says wins, earlier sources win over later ones.
    private void MergeKeys(MapNode map, Node source)
    {
        switch (source)
        {
            case MapNode other:
                foreach (var (key, value) in other.Entries)
                {
                    map.Entries.TryAdd(key, value.Clone());
                }

                break;
            case ListNode list:
                list.Items.ForEach(item => MergeKeys(map, item));
                break;
            default:
                throw Fail(file, source.Position.Line, "map merge requires map or sequence of maps as the value");
        }
    }

    private Node Remember(NodeEvent start, Node node)
    {
        node.Tag = start.Tag is { IsEmpty: false } tag ? tag.Value switch
        {
            "!reset" => NodeTag.Reset,
            "!override" => NodeTag.Override,
            _ => NodeTag.None,
        }
        : NodeTag.None;
        if (!start.Anchor.IsEmpty)
        {
            anchors[start.Anchor] = node;
        }

        return node;
    }

    private void Count(Node node)
    {
        nodes++;
        if (nodes > NodeLimit)
        {
            throw Fail(file, node.Position.Line, "document contains excessive aliasing");
        }

        foreach (var child in node switch { ListNode list => list.Items, MapNode map => map.Entries.Values, _ => (IEnumerable<Node>)[] })
        {
            Count(child);
        }
    }

    private Position At(ParsingEvent start) => new(file, (int)start.Start.Line, (int)start.Start.Column);

    private static GantryException Fail(string file, int line, string message) =>
        GantryException.Invalid($"failed to parse {file}: line {line}: {message}");
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gantry.Compose.Loading;
using Gantry.Compose.Schema;

namespace Gantry.Compose.Output;

/// <summary>Writes a canonical document as JSON the way Go's encoder writes Compose's types.</summary>
internal static class JsonText
{
    public static string Write(MapNode node, Shape shape, bool indented, bool escapeDollars = true)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(json, node, shape, escapeDollars);
        }

        // Go escapes these for HTML.
        return Encoding.UTF8.GetString(buffer.ToArray())
            .Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal).Replace("&", "\\u0026", StringComparison.Ordinal);
    }

    /// <summary>A whole project: its sections sorted, its own extensions among them.</summary>
    public static string WriteProject(MapNode node)
    {
        var sections = new List<string>();
        foreach (var (key, value) in node.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var shape = ComposeSchema.Root.Property(key) ?? Shapes.Any;
            if (value is not MapNode map)
            {
                sections.Add($"  \"{key}\": {Quote(value)}");
            }
            else if (TreeOrder.Of(map, shape).Count > 0)
            {
                sections.Add($"  \"{key}\": {Write(map, shape, indented: true).Replace("\n", "\n  ", StringComparison.Ordinal)}");
            }
        }

        return "{\n" + string.Join(",\n", sections) + "\n}";
    }

    private static string Quote(Node node)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(json, node, Shapes.Any, escapeDollars: true);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, Node node, Shape shape, bool escapeDollars)
    {
        switch (node)
        {
            case MapNode map when TreeOrder.Single(map) is { } single:
                Write(json, single, Shapes.Integer, escapeDollars);
                break;
            case MapNode map:
                json.WriteStartObject();
                foreach (var (key, value, child) in TreeOrder.Of(map, shape, withDefaults: true))
                {
                    json.WritePropertyName(Escaped(key, escapeDollars));
                    Write(json, value, child, escapeDollars);
                }

                json.WriteEndObject();
                break;
            case ListNode list:
                json.WriteStartArray();
                foreach (var item in TreeOrder.Items(list, shape))
                {
                    Write(json, item, shape.Item ?? Shapes.Any, escapeDollars);
                }

                json.WriteEndArray();
                break;
            case ScalarNode { Value: string text }:
                json.WriteStringValue(Escaped(text, escapeDollars));
                break;
            case ScalarNode { Value: null }:
                json.WriteNullValue();
                break;
            default:
                json.WriteRawValue(node.Text ?? "null", skipInputValidation: true);
                break;
        }
    }

    private static string Escaped(string text, bool escapeDollars) => escapeDollars ? text.Replace("$", "$$", StringComparison.Ordinal) : text;
}

using System.Collections;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Templates;

/// <summary>Values as JSON text, the way Go's encoder with HTML escaping off writes them.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="indent">Blanks a level; 0 for one line.</param>
    /// <param name="tabs">A level is a tab.</param>
    public static string Of(object? value, int indent = 0, bool tabs = false)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Compact with { Indented = indent > 0, IndentSize = indent == 0 ? 2 : indent, IndentCharacter = tabs ? '\t' : ' ', NewLine = "\n" }))
        {
            Write(writer, value);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    public static string Quote(string text) => Of(text);

    private static string Fields(ITemplateObject item)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            WriteFields(writer, item.Fields);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteFields(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object?>> fields)
    {
        writer.WriteStartObject();
        foreach (var (name, field) in fields)
        {
            writer.WritePropertyName(name);
            Write(writer, field);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case JsonNode node:
                node.WriteTo(writer);
                break;
            case TypedStruct item:
                WriteFields(writer, item.Encoded);
                break;
            case NilPointer or TypedList { IsNil: true } or TypedMap { IsNil: true }:
                writer.WriteNullValue();
                break;
            case ScalarPointer pointer:
                Write(writer, pointer.Value);
                break;
            case NamedText named:
                writer.WriteStringValue(named.Text);
                break;
            case GoTime time:
                writer.WriteStringValue(time.Wire);
                break;
            case GoDuration duration:
                writer.WriteNumberValue(duration.Nanoseconds);
                break;
            case TypedMap map:
                WriteFields(writer, map.Items);
                break;
            case ComposedStruct item:
                WriteFields(writer, item.Fields);
                break;
            case ITemplateObject item:
                // Rows marshal themselves in docker, with HTML escaping on; only strings can hold these characters.
                writer.WriteRawValue(Fields(item).Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026"));
                break;
            case IReadOnlyDictionary<string, string> map:
                writer.WriteStartObject();
                foreach (var (name, text) in map.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(name, text);
                }

                writer.WriteEndObject();
                break;
            case IEnumerable list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(value.ToString());
                break;
        }
    }
}

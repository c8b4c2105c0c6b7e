using System.Text;
using System.Text.RegularExpressions;
using Gantry.Compose.Loading;
using Gantry.Compose.Schema;

namespace Gantry.Compose.Output;

/// <summary>
/// Writes a canonical document as <c>docker compose config</c> does: its key order, its quoting (go-yaml's), and dollars
/// doubled so that the output can be loaded again.
/// </summary>
internal sealed partial class YamlText
{
    private readonly StringBuilder text = new();

    public static string Write(MapNode node, Shape shape)
    {
        var writer = new YamlText();
        writer.Mapping(TreeOrder.Of(node, shape), 0);
        return writer.text.ToString();
    }

    private void Mapping(IEnumerable<TreeOrder.Entry> entries, int indent)
    {
        var first = true;
        foreach (var (key, value, shape) in entries)
        {
            text.Append(' ', first && text.Length > 0 && text[^1] == ' ' ? 0 : indent).Append(Scalar(key, 0)).Append(':');
            Value(value, shape, indent + 2, indent + 2);
            first = false;
        }
    }

    private void Value(Node value, Shape shape, int indent, int listIndent)
    {
        switch (value)
        {
            case MapNode map when TreeOrder.Single(map) is { } single:
                Line(single, indent);
                break;
            case MapNode map when TreeOrder.Of(map, shape) is { Count: > 0 } entries:
                text.Append('\n');
                Mapping(entries, indent);
                break;
            case MapNode:
                text.Append(" {}\n");
                break;
            case ListNode { Items.Count: > 0 } list:
                text.Append('\n');
                Sequence(list, shape, listIndent);
                break;
            case ListNode:
                text.Append(" []\n");
                break;
            case var scalar:
                Line(scalar, indent);
                break;
        }
    }

    private void Sequence(ListNode list, Shape shape, int indent)
    {
        foreach (var item in TreeOrder.Items(list, shape))
        {
            text.Append(' ', indent).Append('-');
            if (item is MapNode map && TreeOrder.Of(map, shape.Item ?? Shapes.Any) is { Count: > 0 } entries)
            {
                text.Append(' ');
                Mapping(entries, indent + 2);
            }
            else
            {
                Value(item, shape.Item ?? Shapes.Any, indent + 2, indent + 2);
            }
        }
    }

    private void Line(Node node, int indent)
    {
        var scalar = (ScalarNode)node;
        text.Append(' ').Append(scalar.Value is string value ? Scalar(value, indent) : scalar.Text ?? "null").Append('\n');
    }

    private static string Scalar(string value, int indent)
    {
        value = value.Replace("$", "$$", StringComparison.Ordinal);
        return value.Contains('\n') && !Unprintable().IsMatch(value) && value[0] is not (' ' or '\n') ? Literal(value, indent)
            : Unprintable().IsMatch(value) ? DoubleQuoted(value)
            : value.Length == 0 || OldBoolean().IsMatch(value) || Base60().IsMatch(value) || Date().IsMatch(value) || ScalarResolver.Resolve(value) is not string ? $"\"{value}\""
            : IsPlain(value) ? value
            : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    private static string Literal(string value, int indent)
    {
        var chomp = value.EndsWith("\n\n", StringComparison.Ordinal) ? "+" : value.EndsWith('\n') ? "" : "-";
        var body = value.EndsWith('\n') ? value[..^1] : value;
        return "|" + chomp + string.Concat(body.Split('\n').Select(line => line.Length == 0 ? "\n" : "\n" + new string(' ', indent) + line));
    }

    private static string DoubleQuoted(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in value)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                '\e' => "\\e",
                < ' ' or '\u007f' => $"\\x{(int)c:X2}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static bool IsPlain(string value) =>
        !(value[0] is '#' or ',' or '[' or ']' or '{' or '}' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`' or ' ')
        && !(value[0] is '-' or '?' or ':' && (value.Length == 1 || value[1] == ' '))
        && !value.StartsWith("---", StringComparison.Ordinal) && !value.StartsWith("...", StringComparison.Ordinal)
        && !value.EndsWith(' ') && !value.EndsWith(':') && !value.Contains(": ", StringComparison.Ordinal) && !value.Contains(" #", StringComparison.Ordinal)
        && value != "<<" && value != "=";

    [GeneratedRegex(@"[\u0000-\u0008\u000b-\u001f\u007f\t\uFEFF]|\A[ ]*\n")]
    private static partial Regex Unprintable();

    [GeneratedRegex(@"\A(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)\z")]
    private static partial Regex OldBoolean();

    [GeneratedRegex(@"\A[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\z")]
    private static partial Regex Base60();

    [GeneratedRegex(@"\A\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?\z")]
    private static partial Regex Date();
}

using System.Globalization;
using Gantry.Core;

namespace Gantry.Compose.Loading;

/// <summary>Short ways to read and build trees.</summary>
internal static class NodeReading
{
    extension(Node? node)
    {
        public bool IsNull => node is null or ScalarNode { Value: null };

        public string? Text => node is ScalarNode scalar ? ScalarText(scalar.Value) : null;

        public MapNode? Map => node as MapNode;

        public IEnumerable<Node> Items => (node as ListNode)?.Items ?? [];

        public IEnumerable<KeyValuePair<string, Node>> Entries => (node as MapNode)?.Entries ?? [];

        /// <summary>A whole number, also one kept as text.</summary>
        public long? Number => node is ScalarNode { Value: long number } ? number
            : long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed
            : null;

        public double? Fraction => node is ScalarNode { Value: double number } ? number : node.Number;

        public bool IsTrue => node is ScalarNode { Value: true };

        public bool IsFalse => node is ScalarNode { Value: false };

        public bool? Flag => node is ScalarNode { Value: bool flag } ? flag : null;

        public TimeSpan? Duration => node.Text is { } text && GoDuration.TryParse(text, out var duration) ? duration : null;

        /// <summary>A list's texts, none when there is no list.</summary>
        public IReadOnlyList<string> Texts => [.. node.Items.Select(item => item.Text ?? "")];

        /// <summary>A list's texts, null when there is no list.</summary>
        public IReadOnlyList<string>? TextsOrNull => node is ListNode list ? [.. list.Items.Select(item => item.Text ?? "")] : null;

        /// <summary>A mapping's texts, null when there is no mapping.</summary>
        public Dictionary<string, string>? Options =>
            (node as MapNode)?.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Text ?? "", StringComparer.Ordinal);

        public Node? Get(string key) => (node as MapNode)?[key];
    }

    extension(Node node)
    {
        public ScalarNode Scalar(object? value) => new(node.Position, value);

        public ListNode List(IEnumerable<Node> items) => new(node.Position, items) { Tag = node.Tag };

        /// <summary>A mapping at this node's place; null values are left out.</summary>
        public MapNode Mapping(params ReadOnlySpan<(string Key, object? Value)> entries)
        {
            var map = new MapNode(node.Position) { Tag = node.Tag };
            foreach (var (key, value) in entries)
            {
                if (value is not null)
                {
                    map[key] = value as Node ?? node.Scalar(value);
                }
            }

            return map;
        }
    }

    /// <summary>A scalar as Go's <c>fmt.Sprint</c> prints it.</summary>
    public static string? ScalarText(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => GoFloat(number),
        _ => value.ToString(),
    };

    private static string GoFloat(double number) =>
        double.IsPositiveInfinity(number) ? "+Inf" : double.IsNegativeInfinity(number) ? "-Inf" : double.IsNaN(number) ? "NaN"
        : Math.Abs(number) is >= 1e21 or (> 0 and < 1e-4) ? number.ToString("0.################e+00", CultureInfo.InvariantCulture)
        : number.ToString("0.##################", CultureInfo.InvariantCulture);
}

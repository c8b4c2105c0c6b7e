using System.Text.Json;

namespace Gantry.Parity;

/// <summary>JSON as one line a value, so that null, empty and missing show; members in the order of their names.</summary>
internal static class JsonLines
{
    /// <summary>Null when the text is not JSON (one document, or one a line).</summary>
    public static IReadOnlyList<string>? TryFlatten(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0 || trimmed[0] is not ('{' or '['))
        {
            return null;
        }

        return Flatten(trimmed) ?? FlattenEach(trimmed.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static List<string>? FlattenEach(string[] documents)
    {
        List<string> lines = [];
        foreach (var (index, document) in documents.Index())
        {
            if (Flatten(document) is not { } flat)
            {
                return null;
            }

            lines.AddRange(flat.Select(line => $"#{index}{line}"));
        }

        return lines;
    }

    private static List<string>? Flatten(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            List<string> lines = [];
            Add(lines, "", document.RootElement);
            return lines;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Docker's order of mounts is chance.
    private static IEnumerable<JsonElement> Ordered(string path, JsonElement array) => !path.EndsWith(".Mounts", StringComparison.Ordinal) ? array.EnumerateArray()
        : array.EnumerateArray().OrderBy(mount => mount.ValueKind == JsonValueKind.Object && mount.TryGetProperty("Destination", out var target) ? target.GetString() : "", StringComparer.Ordinal);

    private static void Add(List<string> lines, string path, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.EnumerateObject().Any():
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    Add(lines, $"{path}.{member.Name}", member.Value);
                }

                break;
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                foreach (var (index, element) in Ordered(path, value).Index())
                {
                    Add(lines, $"{path}[{index}]", element);
                }

                break;
            default:
                lines.Add($"{path} = {value.GetRawText()}");
                break;
        }
    }
}

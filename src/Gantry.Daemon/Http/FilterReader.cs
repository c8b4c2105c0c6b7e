using System.Text.Json;
using Gantry.Core;
using Gantry.Engine;

namespace Gantry.Daemon.Http;

/// <summary>Reads the <c>filters</c> parameter in both forms that clients send.</summary>
internal static class FilterReader
{
    public static ObjectFilters Read(string text)
    {
        var filters = new Dictionary<string, IReadOnlyList<string>>();
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Null)
            {
                return ObjectFilters.None;
            }

            foreach (var member in document.RootElement.EnumerateObject())
            {
                filters[member.Name] = Values(member.Value);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw GantryException.Invalid("invalid filter");
        }

        return filters.Count == 0 ? ObjectFilters.None : new ObjectFilters(filters);
    }

    private static List<string> Values(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => [],
        JsonValueKind.Object => [.. element.EnumerateObject().Where(value => value.Value.GetBoolean()).Select(value => value.Name)],
        _ => [.. element.EnumerateArray().Select(value => value.GetString() ?? throw new JsonException())],
    };
}

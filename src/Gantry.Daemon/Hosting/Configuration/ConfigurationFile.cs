using System.Text.Json;

namespace Gantry.Daemon.Hosting.Configuration;

/// <summary>daemon.json: its directives with their values as flags would have them.</summary>
internal static class ConfigurationFile
{
    private const string Groups = "proxies";

    /// <summary>In order; the key of each at most once.</summary>
    /// <exception cref="ConfigurationException">Not JSON, an unknown key, or a value of another type.</exception>
    public static IReadOnlyList<(Directive Directive, IReadOnlyList<string> Values)> Read(string text)
    {
        if (text.Trim('\uFEFF', ' ', '\n', '\r', '\t').Length == 0)
        {
            return [];
        }

        using var document = Parse(text);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new ConfigurationException($"invalid JSON: json: cannot unmarshal {Name(document.RootElement)} into Go value of type map[string]interface {{}}");
        }

        var members = document.RootElement.EnumerateObject().SelectMany(Flatten).ToArray();
        var unknown = members.Where(member => Directives.ByKey(member.Name) is null).Select(member => member.Name).Order(StringComparer.Ordinal).ToArray();
        if (unknown.Length > 0)
        {
            throw new ConfigurationException($"the following directives don't match any configuration option: {string.Join(", ", unknown)}");
        }

        return [.. members.GroupBy(member => member.Name).Select(same => (Directives.ByKey(same.Key)!, Values(Directives.ByKey(same.Key)!, same.Last().Value)))];
    }

    private static JsonDocument Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text.TrimStart('\uFEFF'));
        }
        catch (JsonException error)
        {
            throw new ConfigurationException($"invalid JSON: {error.Message}");
        }
    }

    // As dockerd does: an object that is no directive's value is looked into.
    private static IEnumerable<(string Name, JsonElement Value)> Flatten(JsonProperty member) =>
        member.Value.ValueKind == JsonValueKind.Object && (member.Name == Groups || Directives.ByKey(member.Name) is null)
            ? member.Value.EnumerateObject().SelectMany(Flatten)
            : [(member.Name, member.Value)];

    private static IReadOnlyList<string> Values(Directive directive, JsonElement value)
    {
        string Scalar(JsonElement element, JsonValueKind kind, string type) => element.ValueKind == kind ? element.ToString()
            : throw new ConfigurationException($"invalid JSON: json: cannot unmarshal {Name(element)} into Go struct field Config.{directive.Key} of type {type}");
        try
        {
            return directive.Shape switch
            {
                _ when value.ValueKind == JsonValueKind.Null => [],
                DirectiveShape.Switch => [value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() ? "true" : "false" : Scalar(value, JsonValueKind.True, "bool")],
                DirectiveShape.Number => [Scalar(value, JsonValueKind.Number, "int")],
                DirectiveShape.Text => [Scalar(value, JsonValueKind.String, "string")],
                DirectiveShape.List when value.ValueKind != JsonValueKind.Array => [Scalar(value, JsonValueKind.Array, "[]string")],
                DirectiveShape.List => [.. value.EnumerateArray().Select(item => Scalar(item, JsonValueKind.String, "string"))],
                DirectiveShape.Map when value.ValueKind != JsonValueKind.Object => [Scalar(value, JsonValueKind.Object, "map[string]string")],
                DirectiveShape.Map => [.. value.EnumerateObject().Select(item => $"{item.Name}={MapValue(directive, item)}")],
                _ => [.. directive.Read!(value)],
            };
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new ConfigurationException($"invalid JSON: {directive.Key} has a value of another form ({error.Message})");
        }
    }

    private static string MapValue(Directive directive, JsonProperty item) => (directive.Key, item.Value.ValueKind) switch
    {
        ("features", JsonValueKind.True) => "true",
        ("features", JsonValueKind.False) => "false",
        ("features", _) => throw new ConfigurationException($"invalid JSON: json: cannot unmarshal {Name(item.Value)} into Go struct field Config.features.{item.Name} of type bool"),
        (_, JsonValueKind.String) => item.Value.GetString()!,
        _ => throw new ConfigurationException($"invalid JSON: json: cannot unmarshal {Name(item.Value)} into Go struct field Config.{directive.Key}.{item.Name} of type string"),
    };

    private static string Name(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "bool",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}

using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Gantry.Cli.Templates;

/// <summary>The fields of an API object. Docker's client has them all, whether the daemon's JSON names them or not: one left out is empty, another one an error.</summary>
/// <param name="type">Of the object at the root.</param>
/// <param name="rootType">What docker calls the root where it has no other object to fall back to: then a field that is not there is one that the type does not have.</param>
internal sealed class TemplateSchema(JsonTypeInfo type, string? rootType = null)
{
    /// <summary>The empty value of a field that <paramref name="item"/> has in docker's types.</summary>
    public bool TryFindZero(JsonObject item, string name, out object? zero)
    {
        zero = null;
        if (TypeOf(item) is not { } known)
        {
            return false;
        }

        if (known.Kind == JsonTypeInfoKind.Dictionary)
        {
            zero = Values.NoValue;
            return true;
        }

        var property = known.Properties.FirstOrDefault(p => p.Name == name || p.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && name is "ID" or "Id");
        if (property is null)
        {
            return false;
        }

        var kind = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        zero = kind == typeof(string) ? "" : kind == typeof(bool) ? false : kind == typeof(double) ? 0d
            : kind.IsPrimitive ? 0L : type.Options.TryGetTypeInfo(kind, out var info) && info.Kind == JsonTypeInfoKind.Enumerable ? new JsonArray() : null;
        return true;
    }

    public string? TypeNameOf(JsonNode item) => item.Parent is null ? rootType : null;

    // The way from the root down to the object, followed in the types.
    private JsonTypeInfo? TypeOf(JsonNode item)
    {
        if (item.Parent is not { } parent)
        {
            return type;
        }

        var above = TypeOf(parent);
        var next = above switch
        {
            { Kind: JsonTypeInfoKind.Object } => above.Properties.FirstOrDefault(p => p.Name == item.GetPropertyName())?.PropertyType,
            { Kind: JsonTypeInfoKind.Dictionary or JsonTypeInfoKind.Enumerable } => above.ElementType,
            _ => null,
        };
        return next is null ? null : type.Options.TryGetTypeInfo(Nullable.GetUnderlyingType(next) ?? next, out var info) ? info : null;
    }
}

using System.Text.Json.Serialization;

namespace Gantry.Runtime.Specification;

/// <summary>The OCI runtime specification's JSON: camelCase, absent rather than null.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OciSpec))]
[JsonSerializable(typeof(OciProcess))]
[JsonSerializable(typeof(OciResources))]
[JsonSerializable(typeof(OciSeccomp))]
internal sealed partial class OciJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Edge.Config;

/// <summary>The configuration file's format: camelCase, comments and trailing commas allowed, unknown members refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    Converters = [typeof(GoDurationConverter)])]
[JsonSerializable(typeof(EdgeConfig))]
internal sealed partial class ConfigJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using Gantry.Plugins.Authorization;
using Gantry.Plugins.Networks;
using Gantry.Plugins.Volumes;

namespace Gantry.Plugins;

internal sealed record Empty;

internal sealed record ActivateAnswer(IReadOnlyList<string>? Implements);

internal sealed record PluginError(string? Err);

/// <summary>The protocol's names are Pascal case.</summary>
[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Empty))]
[JsonSerializable(typeof(ActivateAnswer))]
[JsonSerializable(typeof(PluginError))]
[JsonSerializable(typeof(VolumeCall))]
[JsonSerializable(typeof(VolumeAnswer))]
[JsonSerializable(typeof(NetworkCreateCall))]
[JsonSerializable(typeof(EndpointCall))]
[JsonSerializable(typeof(NetworkAnswer))]
[JsonSerializable(typeof(IpamCall))]
[JsonSerializable(typeof(IpamAnswer))]
[JsonSerializable(typeof(AuthorizationCall))]
[JsonSerializable(typeof(AuthorizationAnswer))]
internal sealed partial class PluginJson : JsonSerializerContext;

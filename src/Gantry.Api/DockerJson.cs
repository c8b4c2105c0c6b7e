using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Api.Containers;
using Gantry.Api.Exec;
using Gantry.Api.Images;
using Gantry.Api.Networks;
using Gantry.Api.System;
using Gantry.Api.Volumes;

namespace Gantry.Api;

/// <summary>
/// The Docker API's JSON: names as declared, unknown members ignored, numbers also read from strings. Use
/// <see cref="Wire"/>; the generated <c>Default</c> would escape non-ASCII characters.
/// </summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowReadingFromString, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ContainerConfig))]
[JsonSerializable(typeof(ContainerCreateRequest))]
[JsonSerializable(typeof(ContainerCreateResponse))]
[JsonSerializable(typeof(ContainerInspectResponse))]
[JsonSerializable(typeof(IReadOnlyList<ContainerSummary>))]
[JsonSerializable(typeof(List<ContainerSummary>))]
[JsonSerializable(typeof(ContainerUpdateRequest))]
[JsonSerializable(typeof(ContainerUpdateResponse))]
[JsonSerializable(typeof(ContainerWaitResponse))]
[JsonSerializable(typeof(ContainerTopResponse))]
[JsonSerializable(typeof(IReadOnlyList<FilesystemChange>))]
[JsonSerializable(typeof(ContainerPruneResponse))]
[JsonSerializable(typeof(ContainerStatsResponse))]
[JsonSerializable(typeof(ContainerPathStat))]
[JsonSerializable(typeof(IdResponse))]
[JsonSerializable(typeof(ExecCreateRequest))]
[JsonSerializable(typeof(ExecStartRequest))]
[JsonSerializable(typeof(ExecInspectResponse))]
[JsonSerializable(typeof(IReadOnlyList<ImageSummary>))]
[JsonSerializable(typeof(List<ImageSummary>))]
[JsonSerializable(typeof(ImageInspectResponse))]
[JsonSerializable(typeof(IReadOnlyList<ImageHistoryItem>))]
[JsonSerializable(typeof(IReadOnlyList<ImageDeleteItem>))]
[JsonSerializable(typeof(ImagePruneResponse))]
[JsonSerializable(typeof(IReadOnlyList<ImageSearchResult>))]
[JsonSerializable(typeof(List<ImageSearchResult>))]
[JsonSerializable(typeof(DistributionInspectResponse))]
[JsonSerializable(typeof(BuildPruneResponse))]
[JsonSerializable(typeof(BuildResult))]
[JsonSerializable(typeof(BuildEventEnvelope))]
[JsonSerializable(typeof(NetworkCreateRequest))]
[JsonSerializable(typeof(NetworkCreateResponse))]
[JsonSerializable(typeof(NetworkInspectResponse))]
[JsonSerializable(typeof(IReadOnlyList<NetworkInspectResponse>))]
[JsonSerializable(typeof(List<NetworkInspectResponse>))]
[JsonSerializable(typeof(NetworkConnectRequest))]
[JsonSerializable(typeof(NetworkDisconnectRequest))]
[JsonSerializable(typeof(NetworkPruneResponse))]
[JsonSerializable(typeof(VolumeCreateRequest))]
[JsonSerializable(typeof(VolumeListResponse))]
[JsonSerializable(typeof(VolumePruneResponse))]
[JsonSerializable(typeof(SystemInfoResponse))]
[JsonSerializable(typeof(VersionResponse))]
[JsonSerializable(typeof(DiskUsageResponse))]
[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(PushResult))]
[JsonSerializable(typeof(AuthConfig))]
[JsonSerializable(typeof(AuthResponse))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, AuthConfig>))]
[JsonSerializable(typeof(JsonMessage))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, IReadOnlyList<string>>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, IReadOnlyDictionary<string, bool>>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(string[]))]
public sealed partial class DockerJson : JsonSerializerContext
{
    /// <summary>The context to use: UTF-8 as it is, only what JSON demands escaped.</summary>
    public static DockerJson Wire { get; } = new(CreateOptions());

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            NumberHandling = JsonNumberHandling.AllowReadingFromString,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        foreach (var converter in NullAsDefaultConverters.All)
        {
            options.Converters.Add(converter);
        }

        return options;
    }
}

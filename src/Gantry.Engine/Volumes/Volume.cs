using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Engine.Volumes;

/// <summary>A volume, as it was made.</summary>
/// <param name="Mountpoint">Host path; empty while a plugin has not said it.</param>
/// <param name="Labels">Null when none were given, which is shown so.</param>
/// <param name="Options">Null when none were given, which is shown so.</param>
/// <param name="Anonymous">Made for a container without a name.</param>
public sealed record Volume(
    string Name, DateTimeOffset Created, string Driver, string Mountpoint, IReadOnlyDictionary<string, string>? Labels, IReadOnlyDictionary<string, string>? Options, bool Anonymous)
{
    /// <summary><c>local</c>, or <c>global</c> where a plugin says that other machines have it too.</summary>
    public string Scope { get => field ?? "local"; init; }

    /// <summary>What a plugin says of it now; null for the engine's own.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, JsonElement>? Status { get; init; }
}

/// <summary>What is asked of a new volume; empty name: an anonymous one; empty driver: the one it has, or the engine's own.</summary>
internal sealed record VolumeSpec(string Name, string Driver, IReadOnlyDictionary<string, string>? Options, IReadOnlyDictionary<string, string>? Labels)
{
    public static VolumeSpec Named(string name, string driver = "") => new(name, driver, null, null);
}

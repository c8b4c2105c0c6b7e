using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Runtime;

/// <summary>What a later daemon must know of a container, in its state folder. The runtime that made it goes on serving it, whatever is preferred by then.</summary>
internal sealed record ContainerRecord
{
    public const string FileName = "container.json";

    public int Version { get; init; } = 1;
    public required string RuntimeName { get; init; }
    public required string RuntimeVersion { get; init; }
    public required string RuntimePath { get; init; }
    public required string RuntimeRoot { get; init; }
    public required string CgroupsPath { get; init; }
    public required bool Terminal { get; init; }
    public required string Executable { get; init; }
    public required bool NoNewPrivileges { get; init; }

    /// <summary>The bounding set, which an exec gets, too.</summary>
    public required IReadOnlyList<string> Capabilities { get; init; }

    /// <summary>An exec's, too, privileged or not, as with Docker; null where there is no AppArmor.</summary>
    public string? AppArmorProfile { get; init; }

    public static ContainerRecord? Find(string directory)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(directory, FileName)), RecordJson.Default.ContainerRecord);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    public void Write(string directory) =>
        File.WriteAllBytes(Path.Combine(directory, FileName), JsonSerializer.SerializeToUtf8Bytes(this, RecordJson.Default.ContainerRecord));
}

[JsonSerializable(typeof(ContainerRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace Gantry.Api.Containers;

/// <summary>Answer of <c>POST /containers/{id}/wait</c>.</summary>
public sealed record ContainerWaitResponse
{
    public long StatusCode { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ContainerWaitError? Error { get; set; }
}

public sealed record ContainerWaitError
{
    public string Message { get; set; } = "";
}

/// <summary>Answer of <c>GET /containers/{id}/top</c>: the table <c>ps</c> printed.</summary>
public sealed record ContainerTopResponse
{
    public IReadOnlyList<IReadOnlyList<string>> Processes { get; set; } = [];

    public IReadOnlyList<string> Titles { get; set; } = [];
}

/// <summary>One row of <c>GET /containers/{id}/changes</c>.</summary>
public sealed record FilesystemChange
{
    /// <summary>0 modified, 1 added, 2 deleted.</summary>
    public int Kind { get; set; }

    public string Path { get; set; } = "";
}

/// <summary>Answer of <c>POST /containers/prune</c>.</summary>
public sealed record ContainerPruneResponse
{
    public IReadOnlyList<string>? ContainersDeleted { get; set; }

    public long SpaceReclaimed { get; set; }
}

/// <summary>Answer of <c>POST /commit</c>, and of other calls that only name what they made.</summary>
public sealed record IdResponse
{
    public string Id { get; set; } = "";
}

/// <summary>The <c>X-Docker-Container-Path-Stat</c> header of the archive endpoints, base64 of this as JSON.</summary>
public sealed record ContainerPathStat
{
    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    [JsonPropertyName("size")]
    public long Size { get; set; }

    /// <summary>Go <c>os.FileMode</c>: its own type bits above the permission bits.</summary>
    [JsonPropertyName("mode")]
    public uint Mode { get; set; }

    [JsonPropertyName("mtime")]
    public string Mtime { get; set; } = "";

    [JsonPropertyName("linkTarget")]
    public string LinkTarget { get; set; } = "";
}

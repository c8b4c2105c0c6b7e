using System.Text.Json.Serialization;

namespace Gantry.Api.Exec;

/// <summary>Body of <c>POST /containers/{id}/exec</c>.</summary>
public sealed record ExecCreateRequest
{
    public string? User { get; set; } = "";

    public bool Privileged { get; set; }

    public bool Tty { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? ConsoleSize { get; set; }

    public bool AttachStdin { get; set; }

    public bool AttachStderr { get; set; }

    public bool AttachStdout { get; set; }

    public string? DetachKeys { get; set; } = "";

    public IReadOnlyList<string>? Env { get; set; }

    public string? WorkingDir { get; set; } = "";

    [JsonConverter(typeof(StringOrListConverter))]
    public IReadOnlyList<string>? Cmd { get; set; }
}

/// <summary>Body of <c>POST /exec/{id}/start</c>.</summary>
public sealed record ExecStartRequest
{
    public bool Detach { get; set; }

    public bool Tty { get; set; }

    /// <summary>Height and width.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? ConsoleSize { get; set; }
}

/// <summary>Answer of <c>GET /exec/{id}/json</c>.</summary>
public sealed record ExecInspectResponse
{
    public string ID { get; set; } = "";

    public bool Running { get; set; }

    /// <summary>Null while running.</summary>
    public int? ExitCode { get; set; }

    public ExecProcessConfig ProcessConfig { get; set; } = new();

    public bool OpenStdin { get; set; }

    public bool OpenStderr { get; set; }

    public bool OpenStdout { get; set; }

    public bool CanRemove { get; set; }

    public string ContainerID { get; set; } = "";

    public string DetachKeys { get; set; } = "";

    public int Pid { get; set; }
}

public sealed record ExecProcessConfig
{
    [JsonPropertyName("tty")]
    public bool Tty { get; set; }

    [JsonPropertyName("entrypoint")]
    public string Entrypoint { get; set; } = "";

    [JsonPropertyName("arguments")]
    public IReadOnlyList<string> Arguments { get; set; } = [];

    [JsonPropertyName("privileged")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Privileged { get; set; }

    [JsonPropertyName("user")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? User { get; set; }
}

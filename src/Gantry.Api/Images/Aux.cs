using System.Text.Json.Serialization;

namespace Gantry.Api.Images;

/// <summary>The <c>aux</c> of a build's last line: the image made.</summary>
public sealed record BuildResult
{
    public string ID { get; set; } = "";
}

/// <summary>The <c>aux</c> of a push's last line.</summary>
public sealed record PushResult
{
    public string Tag { get; set; } = "";

    public string Digest { get; set; } = "";

    public long Size { get; set; }
}

/// <summary>The <c>aux</c> of Gantry's build lines: <c>{"gantry":{...}}</c>, sent when <c>gantry-events=1</c> was asked for.</summary>
public sealed record BuildEventEnvelope
{
    [JsonPropertyName("gantry")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BuildEventMessage? Gantry { get; set; }
}

/// <summary>One thing a build reports; which members are set depends on <see cref="Type"/>.</summary>
public sealed record BuildEventMessage
{
    /// <summary><c>started</c>, <c>output</c>, <c>completed</c>, <c>failed</c> or <c>warning</c>.</summary>
    [JsonPropertyName("type")]
    public string Type { get; set; } = "";

    /// <summary>Number of the step, from 1.</summary>
    [JsonPropertyName("step")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Step { get; set; }

    [JsonPropertyName("total")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Total { get; set; }

    [JsonPropertyName("stage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stage { get; set; }

    /// <summary><c>[api 2/5] RUN apt-get update</c>.</summary>
    [JsonPropertyName("name")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; set; }

    /// <summary><c>stdout</c> or <c>stderr</c>.</summary>
    [JsonPropertyName("stream")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stream { get; set; }

    /// <summary>Base64 on the wire.</summary>
    [JsonPropertyName("bytes")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Bytes { get; set; }

    [JsonPropertyName("cached")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Cached { get; set; }

    [JsonPropertyName("seconds")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Seconds { get; set; }

    /// <summary>Line of the Dockerfile a warning is about.</summary>
    [JsonPropertyName("line")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Line { get; set; }

    [JsonPropertyName("message")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; set; }
}

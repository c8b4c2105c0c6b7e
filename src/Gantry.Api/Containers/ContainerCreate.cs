using System.Text.Json.Serialization;
using Gantry.Api.Networks;

namespace Gantry.Api.Containers;

/// <summary>Body of <c>POST /containers/create</c>: a <see cref="ContainerConfig"/>'s members beside <c>HostConfig</c> and <c>NetworkingConfig</c>.</summary>
public sealed record ContainerCreateRequest
{
    public string? Hostname { get; set; } = "";

    public string? Domainname { get; set; } = "";

    public string? User { get; set; } = "";

    public bool AttachStdin { get; set; }

    public bool AttachStdout { get; set; }

    public bool AttachStderr { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, EmptyObject>? ExposedPorts { get; set; }

    public bool Tty { get; set; }

    public bool OpenStdin { get; set; }

    public bool StdinOnce { get; set; }

    public IReadOnlyList<string>? Env { get; set; }

    [JsonConverter(typeof(StringOrListConverter))]
    public IReadOnlyList<string>? Cmd { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthConfig? Healthcheck { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ArgsEscaped { get; set; }

    public string? Image { get; set; }

    public IReadOnlyDictionary<string, EmptyObject>? Volumes { get; set; }

    public string? WorkingDir { get; set; } = "";

    [JsonConverter(typeof(StringOrListConverter))]
    public IReadOnlyList<string>? Entrypoint { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NetworkDisabled { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MacAddress { get; set; }

    public IReadOnlyList<string>? OnBuild { get; set; }

    public IReadOnlyDictionary<string, string>? Labels { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StopSignal { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? StopTimeout { get; set; }

    [JsonConverter(typeof(StringOrListConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Shell { get; set; }

    public HostConfig? HostConfig { get; set; }

    public NetworkingConfig? NetworkingConfig { get; set; }

    /// <summary>The portable part alone.</summary>
    [JsonIgnore]
    public ContainerConfig Config
    {
        get => new()
        {
            Hostname = Hostname,
            Domainname = Domainname,
            User = User,
            AttachStdin = AttachStdin,
            AttachStdout = AttachStdout,
            AttachStderr = AttachStderr,
            ExposedPorts = ExposedPorts,
            Tty = Tty,
            OpenStdin = OpenStdin,
            StdinOnce = StdinOnce,
            Env = Env,
            Cmd = Cmd,
            Healthcheck = Healthcheck,
            ArgsEscaped = ArgsEscaped,
            Image = Image,
            Volumes = Volumes,
            WorkingDir = WorkingDir,
            Entrypoint = Entrypoint,
            NetworkDisabled = NetworkDisabled,
            MacAddress = MacAddress,
            OnBuild = OnBuild,
            Labels = Labels,
            StopSignal = StopSignal,
            StopTimeout = StopTimeout,
            Shell = Shell,
        };
    }
}

/// <summary>Networks a new container joins, by name.</summary>
public sealed record NetworkingConfig
{
    public IReadOnlyDictionary<string, EndpointSettings?>? EndpointsConfig { get; set; }
}

/// <summary>Answer of <c>POST /containers/create</c>.</summary>
public sealed record ContainerCreateResponse
{
    public string Id { get; set; } = "";

    public IReadOnlyList<string> Warnings { get; set; } = [];
}

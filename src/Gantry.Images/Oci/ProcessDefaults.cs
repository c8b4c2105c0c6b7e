namespace Gantry.Images;

/// <summary>The <c>config</c> object of an image: how its containers run by default.</summary>
public sealed record ProcessDefaults
{
    public string? User { get; init; }

    /// <summary><c>80/tcp</c>, in order.</summary>
    public IReadOnlyList<string> ExposedPorts { get; init; } = [];

    public IReadOnlyList<string> Env { get; init; } = [];

    public IReadOnlyList<string>? Entrypoint { get; init; }

    public IReadOnlyList<string>? Cmd { get; init; }

    public IReadOnlyList<string> Volumes { get; init; } = [];

    public string? WorkingDir { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public string? StopSignal { get; init; }

    public Healthcheck? Healthcheck { get; init; }

    public IReadOnlyList<string> OnBuild { get; init; } = [];

    public IReadOnlyList<string>? Shell { get; init; }

    public bool ArgsEscaped { get; init; }
}

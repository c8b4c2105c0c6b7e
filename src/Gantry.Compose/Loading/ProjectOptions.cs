namespace Gantry.Compose.Loading;

/// <summary>Which project to load, as the command line and the environment say.</summary>
internal sealed record ProjectOptions
{
    /// <summary>The directory relative paths on the command line start from.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The process's environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>From <c>-f</c>; <c>-</c> is standard input. Empty: COMPOSE_FILE, or the file found in this directory or above.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    public string? ProjectDirectory { get; init; }

    public string? ProjectName { get; init; }

    public IReadOnlyList<string> Profiles { get; init; } = [];

    public IReadOnlyList<string> EnvFiles { get; init; } = [];

    /// <summary>Services named on the command line: their profiles are enabled.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    public bool NoInterpolate { get; init; }

    /// <summary>Read for <c>-f -</c>.</summary>
    public TextReader Input { get; init; } = TextReader.Null;
}

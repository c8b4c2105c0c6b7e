namespace Gantry.Client;

public sealed record ContainerListOptions
{
    /// <summary>Also those that do not run.</summary>
    public bool All { get; init; }

    public int? Limit { get; init; }

    public bool Size { get; init; }

    public Filters? Filters { get; init; }
}

/// <summary>Which output to read, from when, and whether to wait for more.</summary>
public sealed record LogOptions
{
    public bool Stdout { get; init; } = true;

    public bool Stderr { get; init; } = true;

    public bool Follow { get; init; }

    public bool Timestamps { get; init; }

    /// <summary>Unix seconds with an optional fraction.</summary>
    public string? Since { get; init; }

    public string? Until { get; init; }

    /// <summary>A number of lines, or <c>all</c>.</summary>
    public string? Tail { get; init; }

    public bool Details { get; init; }
}

public sealed record AttachOptions
{
    public bool Stdin { get; init; }

    public bool Stdout { get; init; } = true;

    public bool Stderr { get; init; } = true;

    /// <summary>Also what was written before attaching.</summary>
    public bool Logs { get; init; }

    public string? DetachKeys { get; init; }
}

public sealed record ContainerRemoveOptions
{
    public bool Force { get; init; }

    /// <summary>Also the anonymous volumes.</summary>
    public bool Volumes { get; init; }

    public bool Link { get; init; }
}

public sealed record CommitOptions
{
    public string? Repository { get; init; }

    public string? Tag { get; init; }

    public string? Author { get; init; }

    public string? Comment { get; init; }

    public bool Pause { get; init; } = true;

    /// <summary>Dockerfile instructions to apply.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];
}

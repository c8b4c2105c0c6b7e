namespace Gantry.Build;

/// <summary>A RUN step: what to execute over which mounted root.</summary>
public sealed record ExecStep
{
    public required string RootDirectory { get; init; }

    public required IReadOnlyList<string> Args { get; init; }

    public required IReadOnlyList<string> Env { get; init; }

    public required string WorkingDirectory { get; init; }

    public string User { get; init; } = "";

    /// <summary>Bind (source is a host path) and tmpfs mounts, targets absolute in the root, in the order to mount them.</summary>
    public IReadOnlyList<StepMount> Mounts { get; init; } = [];

    public string NetworkMode { get; init; } = "default";

    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public long ShmSize { get; init; }

    public bool TrustHostCertificates { get; init; }

    public bool Privileged { get; init; }
}

/// <summary>A mount of a RUN step.</summary>
/// <param name="Type"><c>bind</c> or <c>tmpfs</c>.</param>
/// <param name="Source">A file or directory of the host; empty for tmpfs.</param>
public sealed record StepMount(string Type, string Source, string Target, bool ReadOnly, long TmpfsSize = 0);

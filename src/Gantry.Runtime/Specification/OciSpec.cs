namespace Gantry.Runtime.Specification;

/// <summary>A bundle's config.json (OCI runtime specification, config.md).</summary>
internal sealed record OciSpec
{
    public string OciVersion { get; init; } = "1.0.2";
    public required OciProcess Process { get; init; }
    public required OciRoot Root { get; init; }
    public string? Hostname { get; init; }
    public required IReadOnlyList<OciMount> Mounts { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    public required OciLinux Linux { get; init; }
}

internal sealed record OciRoot(string Path, bool Readonly);

internal sealed record OciMount(string Destination, string Type, string Source, IReadOnlyList<string> Options);

/// <summary>config.md, "Process"; also what <c>crun exec --process</c> reads.</summary>
internal sealed record OciProcess
{
    public bool Terminal { get; init; }
    public OciBox? ConsoleSize { get; init; }
    public required OciUser User { get; init; }
    public required IReadOnlyList<string> Args { get; init; }
    public required IReadOnlyList<string> Env { get; init; }
    public required string Cwd { get; init; }
    public OciCapabilities? Capabilities { get; init; }
    public IReadOnlyList<OciRlimit>? Rlimits { get; init; }
    public bool NoNewPrivileges { get; init; }
    public string? ApparmorProfile { get; init; }
    public int? OomScoreAdj { get; init; }
}

internal sealed record OciBox(int Height, int Width);

internal sealed record OciUser(uint Uid, uint Gid, IReadOnlyList<uint>? AdditionalGids);

internal sealed record OciCapabilities
{
    public required IReadOnlyList<string> Bounding { get; init; }
    public required IReadOnlyList<string> Effective { get; init; }
    public required IReadOnlyList<string> Permitted { get; init; }
    public IReadOnlyList<string> Inheritable { get; init; } = [];
    public IReadOnlyList<string> Ambient { get; init; } = [];
}

internal sealed record OciRlimit(string Type, ulong Soft, ulong Hard);

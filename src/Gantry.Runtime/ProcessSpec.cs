namespace Gantry.Runtime;

/// <summary>A process to run in a container: the main one or an exec.</summary>
public sealed record ProcessSpec
{
    public required IReadOnlyList<string> Args { get; init; }
    public IReadOnlyList<string> Env { get; init; } = [];
    public string WorkingDirectory { get; init; } = "/";
    public uint Uid { get; init; }
    public uint Gid { get; init; }
    public IReadOnlyList<uint> AdditionalGids { get; init; } = [];
    public bool Terminal { get; init; }
    public TerminalSize? InitialSize { get; init; }
    public IReadOnlyList<Ulimit> Ulimits { get; init; } = [];
    public int? OomScoreAdj { get; init; }
}

/// <summary>Columns and rows.</summary>
public readonly record struct TerminalSize(int Width, int Height);
/// <summary>A limit by Docker's name (nofile, nproc ...); -1 is unlimited.</summary>
public readonly record struct Ulimit(string Name, long Soft, long Hard);

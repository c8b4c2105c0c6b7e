namespace Gantry.Runtime;

/// <summary>Where the runtime keeps its live state and finds its programs.</summary>
public sealed record RuntimeOptions
{
    /// <summary>Live state, one folder a container (/run/gantry/containers): bundle's config.json, control socket, pid and exit files.</summary>
    public required string StateDirectory { get; init; }
    /// <summary>The gantry-monitor binary.</summary>
    public required string MonitorPath { get; init; }
    /// <summary>Preferred runtime binary; null means the one of <see cref="RuntimeName"/>, else crun on PATH, then runc.</summary>
    public string? RuntimePath { get; init; }
    /// <summary>What the preferred runtime is called; null means by its program.</summary>
    public string? RuntimeName { get; init; }
    /// <summary>Further runtimes that containers may name, with the program of each.</summary>
    public IReadOnlyDictionary<string, RuntimeProgram> Runtimes { get; init; } = new Dictionary<string, RuntimeProgram>();
    /// <summary>cgroup parent, "/gantry" by default.</summary>
    public string CgroupParent { get; init; } = "/gantry";
    /// <summary>A static init for --init, or null when there is none.</summary>
    public string? InitPath { get; init; }
}

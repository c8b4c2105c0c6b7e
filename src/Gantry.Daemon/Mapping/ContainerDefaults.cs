using Gantry.Engine.Containers;
using Gantry.Runtime;

namespace Gantry.Daemon.Mapping;

/// <summary>What the daemon gives to containers that do not say otherwise.</summary>
internal sealed record ContainerDefaults
{
    public string LogDriver { get; init; } = "json-file";

    public IReadOnlyDictionary<string, string> LogOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>Bytes; 0 is the engine's default.</summary>
    public long ShmSize { get; init; }

    public IReadOnlyList<Ulimit> Ulimits { get; init; } = [];

    /// <summary><c>private</c> or <c>shareable</c>.</summary>
    public string IpcMode { get; init; } = "private";

    public bool Init { get; init; }

    public bool NoNewPrivileges { get; init; }

    public ContainerSettings Apply(ContainerSettings settings)
    {
        var host = settings.Host;
        var driver = host.LogDriver.Length > 0 ? host.LogDriver : LogDriver;
        return settings with
        {
            Host = host with
            {
                LogDriver = driver,

                // A container with another driver than the daemon's has nothing to do with its options.
                LogOptions = driver == LogDriver ? Merged(host.LogOptions) : host.LogOptions,
                ShmSize = host.ShmSize > 0 ? host.ShmSize : ShmSize,
                Ulimits = [.. host.Ulimits, .. Ulimits.Where(limit => host.Ulimits.All(own => own.Name != limit.Name))],
                IpcMode = host.IpcMode.Length > 0 ? host.IpcMode : IpcMode,
                Init = host.Init ?? (Init ? true : null),
                SecurityOpt = NoNewPrivileges && !host.Privileged && !host.SecurityOpt.Any(option => option.StartsWith("no-new-privileges", StringComparison.Ordinal)) ? [.. host.SecurityOpt, "no-new-privileges"] : host.SecurityOpt,
            },
        };
    }

    private IReadOnlyDictionary<string, string> Merged(IReadOnlyDictionary<string, string> own) =>
        LogOptions.Count == 0 ? own : LogOptions.Concat(own).GroupBy(pair => pair.Key).ToDictionary(same => same.Key, same => same.Last().Value);
}

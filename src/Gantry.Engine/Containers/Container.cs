using System.Text.Json.Serialization;
using Gantry.Core;
using Gantry.Networking;
using Gantry.Runtime.Security;

namespace Gantry.Engine.Containers;

public enum ContainerStatus
{
    Created,
    Running,
    Paused,
    Restarting,
    Removing,
    Exited,
    Dead,
}

/// <summary>A container as it is at one moment: immutable, swapped whole by its one writer.</summary>
public sealed record Container
{
    public required ContainerId Id { get; init; }

    /// <summary>Without the leading slash.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>The image's ID (digest of its target) and the manifest that was chosen of it.</summary>
    public required Digest ImageId { get; init; }

    public required Digest ManifestId { get; init; }

    public required Platform Platform { get; init; }

    public required ContainerSettings Settings { get; init; }

    /// <summary>The program and its arguments after entrypoint and command were joined.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    public ContainerState State { get; init; } = new();

    public IReadOnlyList<MountPoint> Mounts { get; init; } = [];

    /// <summary>Attached networks by name, with what was asked; <see cref="NetworkAttachment.Endpoint"/> is null while the container does not run.</summary>
    public IReadOnlyDictionary<string, NetworkAttachment> Networks { get; init; } = new Dictionary<string, NetworkAttachment>();

    /// <summary>Ports published now, host ports resolved.</summary>
    public IReadOnlyList<PortMapping> Ports { get; init; } = [];

    /// <summary>While it runs: its way out is one that ports can be published on. Only then are ports shown.</summary>
    public bool Publishes { get; init; }

    /// <summary>The file its output is written to, in json-file format, whatever the driver; empty for the driver <c>none</c>.</summary>
    public string LogPath { get; init; } = "";

    /// <summary>Files made for the container: host path of hostname, hosts and resolv.conf.</summary>
    public string HostnamePath { get; init; } = "";

    public string HostsPath { get; init; } = "";

    public string ResolvConfPath { get; init; } = "";

    public int RestartCount { get; init; }

    /// <summary>What the restart policy waited last; zero after a start that was asked for. Kept, so that a daemon's restart does not shorten it.</summary>
    public TimeSpan RestartDelay { get; init; }

    /// <summary>Live exec instances.</summary>
    public IReadOnlyList<string> ExecIds { get; init; } = [];

    /// <summary>As Docker shows it: what was asked for, and from the first start on what is in force; empty for none.</summary>
    [JsonIgnore]
    public string AppArmorProfile => (State.StartedAt is null ? SecurityOptions.Find(Settings.Host.SecurityOpt, "apparmor") : SecurityOptions.AppArmorProfile(Settings.Host, AppArmor.IsEnabled)) ?? "";

    public bool IsRunning => State.Status is ContainerStatus.Running or ContainerStatus.Paused;
}

/// <summary>What a container does now.</summary>
public sealed record ContainerState
{
    public ContainerStatus Status { get; init; } = ContainerStatus.Created;

    /// <summary>Host pid, zero while not running.</summary>
    public int Pid { get; init; }

    public int ExitCode { get; init; }

    public string Error { get; init; } = "";

    public bool OomKilled { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Stopped on request: <c>unless-stopped</c> and <c>always</c> do not restart it now.</summary>
    public bool ManuallyStopped { get; init; }

    public HealthState? Health { get; init; }
}

/// <param name="Status"><c>starting</c>, <c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Log">The last five probes, oldest first.</param>
public sealed record HealthState(string Status, int FailingStreak, IReadOnlyList<HealthProbe> Log);

public sealed record HealthProbe(DateTimeOffset Start, DateTimeOffset End, int ExitCode, string Output);

/// <summary>A mount as inspect shows it.</summary>
public sealed record MountPoint
{
    /// <summary><c>bind</c>, <c>volume</c>, <c>image</c> or <c>tmpfs</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Volume name, for volumes.</summary>
    public string Name { get; init; } = "";

    /// <summary>Host path.</summary>
    public string Source { get; init; } = "";

    public required string Destination { get; init; }

    public string Driver { get; init; } = "";

    /// <summary>As written: <c>ro</c>, <c>z</c>, ...</summary>
    public string Mode { get; init; } = "";

    public bool ReadWrite { get; init; } = true;

    public string Propagation { get; init; } = "";

    /// <summary>Options handed to the kernel.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>An anonymous volume, removed with its container.</summary>
    public bool Anonymous { get; init; }

    /// <summary>An image's tree made for this container, not taken over from another.</summary>
    public bool Own { get; init; }

    /// <summary>The image that is mounted.</summary>
    public Digest? ImageId { get; init; }

    /// <summary>Image content is copied into the volume when it is empty.</summary>
    public bool CopyUp { get; init; }

    /// <summary>A folder below the volume's root.</summary>
    public string Subpath { get; init; } = "";
}

/// <summary>A container's tie to one network.</summary>
public sealed record NetworkAttachment
{
    public required string NetworkId { get; init; }

    public required EndpointSettings Settings { get; init; }

    public EndpointState? Endpoint { get; init; }

    /// <summary>All names answered on the network.</summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <summary>The container was there already: its names are shown before it starts.</summary>
    public bool Connected { get; init; }
}

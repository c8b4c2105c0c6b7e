// The face of Gantry.Build that Engine is written against. Its owner splits this file by topic.
#pragma warning disable
using Gantry.Core;
using Gantry.Images;
using Gantry.State;

namespace Gantry.Build;

/// <summary>One build asked for. Directories are private to the build and already on this machine.</summary>
public sealed record BuildRequest
{
    public required string ContextDirectory { get; init; }
    /// <summary>Path of the Dockerfile inside the context.</summary>
    public string DockerfilePath { get; init; } = "Dockerfile";
    /// <summary>Dockerfile text when it is not in the context (-f - or outside).</summary>
    public string? DockerfileText { get; init; }
    public string? Target { get; init; }
    public IReadOnlyDictionary<string, string?> Arguments { get; init; } = new Dictionary<string, string?>();
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    /// <summary>Named contexts: a directory, or an image as "docker-image://NAME".</summary>
    public IReadOnlyDictionary<string, string> NamedContexts { get; init; } = new Dictionary<string, string>();
    /// <summary>Secrets by id: the bytes. Never logged, never in a cache key or layer.</summary>
    public IReadOnlyDictionary<string, byte[]> Secrets { get; init; } = new Dictionary<string, byte[]>();
    public Platform? Platform { get; init; }
    public bool NoCache { get; init; }
    public bool Pull { get; init; }
    /// <summary>default, none, host, or a network's name: for RUN.</summary>
    public string NetworkMode { get; init; } = "default";
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];
    public long ShmSize { get; init; }
    /// <summary>The host's CA bundle is made available to RUN steps without being in the image.</summary>
    public bool TrustHostCertificates { get; init; }
    public DateTimeOffset? SourceDateEpoch { get; init; }
}

/// <summary>A RUN step: what to execute over which mounted root.</summary>
public sealed record ExecStep
{
    public required string RootDirectory { get; init; }
    public required IReadOnlyList<string> Args { get; init; }
    public required IReadOnlyList<string> Env { get; init; }
    public required string WorkingDirectory { get; init; }
    public string User { get; init; } = "";
    /// <summary>Bind (Source is a host path) and tmpfs mounts, targets absolute in the root.</summary>
    public IReadOnlyList<StepMount> Mounts { get; init; } = [];
    public string NetworkMode { get; init; } = "default";
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];
    public long ShmSize { get; init; }
    public bool TrustHostCertificates { get; init; }
    public bool Privileged { get; init; }
}

public sealed record StepMount(string Type, string Source, string Target, bool ReadOnly, long TmpfsSize = 0);

/// <summary>The seam to the kernel: Engine runs steps in containers; unit tests script it.</summary>
public interface IStepExecutor
{
    /// <summary>Runs a step to its end; output arrives in order with its stream. Returns the exit code. Mount points that had to be made in the root are removed again.</summary>
    Task<int> RunAsync(ExecStep step, Action<LogStream, ReadOnlyMemory<byte>> output, CancellationToken cancellationToken);
}

public enum LogStream { Stdout, Stderr }

/// <summary>The seam to images by name: Engine finds or pulls.</summary>
public interface IImageResolver
{
    /// <exception cref="GantryException">NotFound, Docker's words.</exception>
    Task<Image> ResolveAsync(ImageReference reference, Platform platform, bool pull, CancellationToken cancellationToken);
}

/// <summary>What a build reports as it goes; the classic API and BuildKit's door render it each in its way.</summary>
public abstract record BuildEvent
{
    /// <param name="Name">"[api 2/5] RUN apt-get update": BuildKit's vertex name.</param>
    /// <param name="Instruction">"RUN apt-get update".</param>
    public sealed record StepStarted(int Step, int Total, string Stage, string Name, string Instruction) : BuildEvent;
    public sealed record StepOutput(int Step, LogStream Stream, ReadOnlyMemory<byte> Bytes) : BuildEvent;
    public sealed record StepCompleted(int Step, bool Cached, Digest? Layer, TimeSpan Duration) : BuildEvent;
    public sealed record StepFailed(int Step, string Message) : BuildEvent;
    public sealed record Warning(string Message, int Line) : BuildEvent;
}

public sealed record BuildOptions
{
    /// <summary>Folder of the builder: cache mounts, scratch.</summary>
    public required string Directory { get; init; }
}

/// <summary>Dockerfile to image: parse, graph, content-addressed cache, parallel solve.</summary>
public sealed class Builder
{
    public Builder(BuildOptions options, Database database, ImageStore images, SnapshotStore snapshots, IStepExecutor executor, IImageResolver resolver) => throw new NotImplementedException();
    /// <summary>
    /// Builds and returns the (untagged) image. Failure: InvalidArgument for a Dockerfile's error ("dockerfile parse error on line 3: unknown instruction: FOO"), and
    /// for a failing RUN Internal "The command '/bin/sh -c exit 3' returned a non-zero code: 3" with nothing half made.
    /// </summary>
    public Task<Image> BuildAsync(BuildRequest request, IProgress<BuildEvent> progress, CancellationToken cancellationToken) => throw new NotImplementedException();
    /// <summary>Layers and cache mounts that the cache keeps alive.</summary>
    public IEnumerable<Digest> CachedLayers() => throw new NotImplementedException();
    /// <summary>docker builder prune: returns bytes freed.</summary>
    public long Prune(bool all) => throw new NotImplementedException();
    public long CacheSize() => throw new NotImplementedException();
}

using Gantry.Core;
using Gantry.Engine.Events;
using Gantry.Images;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerService
{
    public async Task PauseAsync(string nameOrId, CancellationToken cancellationToken)
    {
        var entry = containers.Get(nameOrId);
        using var held = await entry.Gate.AcquireAsync(cancellationToken);
        var process = RunningProcess(entry);
        if (entry.Container.State.Status == ContainerStatus.Paused)
        {
            throw GantryException.Conflict($"Container {entry.Id} is already paused");
        }

        await process.PauseAsync(CancellationToken.None);
        Publish(SetStatus(entry, ContainerStatus.Paused), "pause");
    }

    public async Task UnpauseAsync(string nameOrId, CancellationToken cancellationToken)
    {
        var entry = containers.Get(nameOrId);
        using var held = await entry.Gate.AcquireAsync(cancellationToken);
        if (entry.Container.State.Status != ContainerStatus.Paused)
        {
            throw new GantryException(ErrorKind.Internal, $"Container {entry.Id} is not paused");
        }

        await RunningProcess(entry).ResumeAsync(CancellationToken.None);
        Publish(SetStatus(entry, ContainerStatus.Running), "unpause");
    }

    public async Task RenameAsync(string nameOrId, string newName, CancellationToken cancellationToken)
    {
        if (newName.Length == 0)
        {
            throw GantryException.Invalid("Neither old nor new names may be empty");
        }

        var entry = containers.Get(nameOrId);
        var name = ContainerNames.TryCheck(newName)
            ?? throw GantryException.Invalid($"Error when allocating new name: Invalid container name (/{newName.TrimStart('/')}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        var old = await RenameAsync(entry, nameOrId, name, cancellationToken);

        // Not under the gate of the renamed: two renames of containers that link to each other would wait for ever.
        foreach (var other in containers.All.Where(other => LegacyLinks.Names(other.Container.Settings, old)))
        {
            using var held = await other.Gate.AcquireAsync(CancellationToken.None);
            containers.Update(other, current => current with { Settings = LegacyLinks.Renamed(current.Settings, old, name) });
        }
    }

    private async Task<string> RenameAsync(ContainerEntry entry, string nameOrId, string name, CancellationToken cancellationToken)
    {
        using var held = await entry.Gate.AcquireAsync(cancellationToken);
        EnsureThere(entry, nameOrId);
        var old = entry.Container.Name;
        if (old == name)
        {
            throw GantryException.Invalid("Renaming a container with the same name as its current name");
        }

        containers.Rename(entry, name);
        var renamed = containers.Update(entry, current => current with { Networks = networking.Rename(entry, name) });
        Publish(renamed, "rename", ("oldName", "/" + old));
        return old;
    }

    /// <summary>Changes limits and restart policy, of a running container in place. Returns warnings.</summary>
    public async Task<IReadOnlyList<string>> UpdateAsync(string nameOrId, ResourceLimits resources, long nanoCpus, RestartPolicy? restartPolicy, CancellationToken cancellationToken)
    {
        var entry = containers.Get(nameOrId);
        using var held = await entry.Gate.AcquireAsync(cancellationToken);
        EnsureThere(entry, nameOrId);
        ResourceCheck.CheckLeast(resources);
        var host = entry.Container.Settings.Host;
        if (resources is { Memory: > 0, MemorySwap: null or 0 } && KernelSupport.Swap && resources.Memory > (host.Resources.MemorySwap ?? 0))
        {
            throw GantryException.Conflict($"Cannot update container {entry.Id}: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
        }

        var nano = nanoCpus > 0 ? nanoCpus : resources is { CpuPeriod: null, CpuQuota: null } ? host.NanoCpus : 0;
        var (merged, warnings) = ResourceCheck.Check(Merge(host.Resources, resources), 0);
        if (nanoCpus != 0)
        {
            _ = ResourceCheck.Check(resources, nanoCpus);
        }

        var next = host with { Resources = merged, NanoCpus = nano, RestartPolicy = restartPolicy is { Name.Length: > 0 } ? restartPolicy : host.RestartPolicy };
        if (host.AutoRemove && next.RestartPolicy.Name is not ("" or "no"))
        {
            throw GantryException.Conflict($"Cannot update container {entry.Id}: Restart policy cannot be updated because AutoRemove is enabled for the container");
        }

        SettingsCheck.CheckRestart(next);
        if (entry.Process is { } process)
        {
            await process.UpdateAsync(nano > 0 ? merged with { CpuPeriod = 100_000, CpuQuota = nano / 10_000 } : merged, CancellationToken.None);
        }

        var updated = containers.Update(entry, current => current with { Settings = current.Settings with { Host = next } });
        Publish(updated, "update");
        return warnings;
    }

    /// <summary>What <c>docker diff</c> shows.</summary>
    public IReadOnlyList<FileChange> Changes(string nameOrId)
    {
        var container = Get(nameOrId);
        return snapshots.Find(container.Id.ToString()) is { } snapshot ? snapshots.Changes(snapshot) : [];
    }

    /// <summary>Makes an image of a container's root filesystem and settings.</summary>
    /// <param name="asked">Settings that go before the container's, by the rules by which a container's go before its image's.</param>
    public async Task<Image> CommitAsync(string nameOrId, ContainerSettings? asked, ImageReference? reference, string comment, string author, bool pause, IReadOnlyList<string> changes, CancellationToken cancellationToken)
    {
        var entry = containers.Get(nameOrId);
        using var held = await entry.Gate.AcquireAsync(cancellationToken);
        EnsureThere(entry, nameOrId);
        var container = entry.Container;
        var parent = images.Get(container.ImageId.ToString(), container.Platform);
        var snapshot = roots.Of(container.Id);
        var frozen = pause && container.State.Status == ContainerStatus.Running ? entry.Process : null;
        using var lease = images.Lease();
        if (frozen is not null)
        {
            await frozen.PauseAsync(CancellationToken.None);
        }

        ImageLayer? layer;
        try
        {
            layer = await snapshots.CommitAsync(snapshot, consume: false, timestamp: null, cancellationToken);
        }
        finally
        {
            if (frozen is not null)
            {
                await frozen.ResumeAsync(CancellationToken.None);
            }
        }

        var settings = asked is null ? container.Settings : ImageDefaults.Apply(asked, CommittedDefaults(container.Settings));
        var config = ImageChanges.Apply(CommittedDefaults(settings), changes);
        var image = images.Add(
            parent.Config with
            {
                Created = time.GetUtcNow(),
                Author = author.Length > 0 ? author : parent.Config.Author,
                Config = config,
                DiffIds = layer is null ? parent.DiffIds : [.. parent.DiffIds, layer.DiffId],
                History = [.. parent.Config.History, new HistoryEntry(time.GetUtcNow(), string.Join(' ', container.Args), comment.Length > 0 ? comment : null, layer is null)],
            },
            layer is null ? parent.Layers : [.. parent.Layers, layer]);
        events.Publish(image, "create");
        if (reference is not null)
        {
            images.Tag(image.Id, reference.WithDefaultTag());
            events.Publish(image, "tag", reference.WithDefaultTag().Familiar);
        }

        Publish(container, "commit", ("comment", comment), ("imageID", image.Id.ToString()), ("imageRef", reference?.WithDefaultTag().Familiar ?? ""));
        return image;
    }

    /// <summary>A tar of the container's root filesystem.</summary>
    public async Task ExportAsync(string nameOrId, Stream output, CancellationToken cancellationToken)
    {
        var entry = containers.Get(nameOrId);
        bool mountedHere;
        using (await entry.Gate.AcquireAsync(cancellationToken))
        {
            EnsureThere(entry, nameOrId);
            mountedHere = !entry.Container.IsRunning;
            roots.Mount(entry.Container);
        }

        try
        {
            await ImageArchive.ExportAsync(roots.PathOf(entry.Id), "/", output, cancellationToken);
        }
        finally
        {
            using var held = await entry.Gate.AcquireAsync(CancellationToken.None);
            if (mountedHere && entry.Process is null)
            {
                roots.Unmount(entry.Id);
            }
        }

        Publish(entry.Container, "export");
    }

    private static ContainerProcess RunningProcess(ContainerEntry entry) => entry.Process ?? throw GantryException.Conflict($"container {entry.Id} is not running");

    private Container SetStatus(ContainerEntry entry, ContainerStatus status) =>
        containers.Update(entry, current => current with { State = current.State with { Status = status } });

    private static ResourceLimits Merge(ResourceLimits old, ResourceLimits next) => old with
    {
        Memory = next.Memory ?? old.Memory,
        MemorySwap = next.MemorySwap ?? old.MemorySwap,
        MemoryReservation = next.MemoryReservation ?? old.MemoryReservation,
        CpuShares = next.CpuShares ?? old.CpuShares,
        CpuQuota = next.CpuQuota ?? old.CpuQuota,
        CpuPeriod = next.CpuPeriod ?? old.CpuPeriod,
        CpusetCpus = next.CpusetCpus ?? old.CpusetCpus,
        CpusetMems = next.CpusetMems ?? old.CpusetMems,
        PidsLimit = next.PidsLimit ?? old.PidsLimit,
        BlkioWeight = next.BlkioWeight ?? old.BlkioWeight,
        CpuRealtimePeriod = next.CpuRealtimePeriod ?? old.CpuRealtimePeriod,
        CpuRealtimeRuntime = next.CpuRealtimeRuntime ?? old.CpuRealtimeRuntime,
    };

    private static ProcessDefaults CommittedDefaults(ContainerSettings settings) => new()
    {
        User = settings.User,
        ExposedPorts = settings.ExposedPorts,
        Env = settings.Env,
        Entrypoint = settings.Entrypoint,
        Cmd = settings.Cmd,
        Volumes = settings.Volumes,
        WorkingDir = settings.WorkingDir,
        Labels = settings.Labels,
        StopSignal = settings.StopSignal,
        Healthcheck = settings.Healthcheck,
        Shell = settings.Shell,
    };
}

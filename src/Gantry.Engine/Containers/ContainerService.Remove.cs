using Gantry.Core;
using Gantry.Engine.Events;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerService
{
    /// <summary>Removes a container; a running one only with <paramref name="force"/>. Anonymous volumes go with <paramref name="volumeToo"/>.</summary>
    /// <param name="link">Only the link of that name (<c>web/db</c>).</param>
    /// <exception cref="GantryException">Conflict when it runs.</exception>
    public async Task RemoveAsync(string nameOrId, bool force, bool volumeToo, bool link, CancellationToken cancellationToken)
    {
        var entry = containers.Get(nameOrId);
        if (link)
        {
            await RemoveLinkAsync(nameOrId.TrimStart('/'), cancellationToken);
            return;
        }

        using var held = await entry.Gate.AcquireAsync(cancellationToken);
        EnsureThere(entry, nameOrId);
        var container = entry.Container;
        if (container.State.Status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting && !force)
        {
            var state = container.State.Status.ToString().ToLowerInvariant();
            var advice = container.State.Status == ContainerStatus.Paused ? "unpause and then stop the container before removing or force remove" : "stop the container before removing or force remove";
            throw GantryException.Conflict($"cannot remove container \"{nameOrId}\": container is {state}: {advice}");
        }

        CallOffRestart(entry);
        if (entry.Process is { } process)
        {
            entry.StopRequested = true;
            await SignalHeldAsync(entry, Gantry.Linux.Signal.SIGKILL);
            var exit = await process.Exited.WaitAsync(KillPatience, time, CancellationToken.None);
            await SettleHeldAsync(entry, process, exit);
        }

        if (!entry.IsRemoved)
        {
            await RemoveHeldAsync(entry, volumeToo);
        }
    }

    // The container that is linked to stays.
    private async Task RemoveLinkAsync(string name, CancellationToken cancellationToken)
    {
        if (name.IndexOf('/') is not (> 0 and var slash))
        {
            throw new GantryException(ErrorKind.Internal, "Conflict, cannot remove the default link name of the container");
        }

        var parent = containers.Get(name[..slash]);
        using var held = await parent.Gate.AcquireAsync(cancellationToken);
        EnsureThere(parent, name);
        containers.Update(parent, current => current with { Settings = LegacyLinks.Without(current.Settings, name[(slash + 1)..]) });
    }

    /// <summary>Removes stopped containers; filters: label, until.</summary>
    public async Task<PruneReport> PruneAsync(ObjectFilters filters, CancellationToken cancellationToken)
    {
        PruneRules.Check(filters, "label", "label!", "until");
        List<string> removed = [];
        long freed = 0;
        foreach (var entry in containers.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var held = await entry.Gate.AcquireAsync(cancellationToken);
            if (!entry.IsRemoved
                && entry.Container.State.Status is ContainerStatus.Created or ContainerStatus.Exited or ContainerStatus.Dead
                && PruneRules.Matches(filters, entry.Container.Settings.Labels, entry.Container.Created, time.GetUtcNow()))
            {
                freed += snapshots.Find(entry.Id.ToString()) is { } snapshot ? snapshots.SizeOf(snapshot) : 0;
                await RemoveHeldAsync(entry, volumes: false);
                removed.Add(entry.Id.ToString());
            }
        }

        events.PublishPrune("container", freed);
        return new PruneReport(removed, freed);
    }

    /// <summary>
    /// Takes the container out of sight, tells the waiters, and clears away what is left in the background:
    /// <paramref name="before"/> first (its process), then its files.
    /// </summary>
    private async Task RemoveHeldAsync(ContainerEntry entry, bool volumes, Func<Task>? before = null)
    {
        var container = entry.Container;
        containers.Remove(entry);
        FailPending(entry);
        var clearing = background.Run(async () =>
        {
            if (before is not null)
            {
                await before();
            }

            await WhenSentAsync(entry);
            await TryAsync(entry, "snapshot removal", () => Task.Run(() => roots.Remove(container.Id)));
            await TryAsync(entry, "file removal", () => Task.Run(() => files.Delete(container.Id)));
            foreach (var mount in container.Mounts.Where(mount => volumes && mount is { Type: "volume", Anonymous: true }))
            {
                await TryAsync(entry, "volume removal", () => RemoveAnonymousAsync(mount.Name));
            }
        });

        // An explicit rm answers when the files are gone; the end of a --rm run answers at once.
        if (before is null)
        {
            await clearing;
        }

        entry.Set(container with { State = container.State with { Status = ContainerStatus.Removing } });
        Publish(container, "destroy");
        var last = new ExitResult(container.State.ExitCode, null);
        entry.SignalExit(last);
        entry.Removed.TrySetResult(last);
    }

    private async Task RemoveAnonymousAsync(string volume)
    {
        try
        {
            await volumes.RemoveAsync(volume, force: true, CancellationToken.None);
        }
        catch (GantryException exception) when (exception.Kind == ErrorKind.Conflict)
        {
            // Another container took it with --volumes-from: it goes with that one.
        }
    }
}

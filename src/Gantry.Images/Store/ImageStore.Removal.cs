using Gantry.Core;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>
    /// Docker's rmi: a name is untagged and the image deleted with its last name; an ID with several names is refused
    /// without force. <paramref name="usedBy"/> answers which container uses an image, or null. The image's blobs and layers that nothing else needs are deleted with it.
    /// </summary>
    /// <param name="prune">Kept for the API: images here have no parents that could be pruned with them.</param>
    /// <exception cref="GantryException">NotFound; Conflict with Docker's words.</exception>
    public RemovedImage Remove(string nameOrId, bool force, bool prune, Func<Digest, ImageUser?> usedBy)
    {
        RemovedImage removed;
        HashSet<Digest> parts;
        lock (changing)
        {
            if (FindEntry(nameOrId) is not var (entry, name))
            {
                throw NoSuchImage(nameOrId);
            }

            removed = name is not null ? RemoveName(nameOrId, entry, name, force, usedBy) : RemoveById(entry, force, usedBy);
            parts = [.. resolver.Reachable(entry.Target).Select(part => part.Digest), .. resolver.Chains(entry.Target).SelectMany(LayerStore.Chain)];
            Persist(removed);
        }

        if (removed.Deleted.Count > 0)
        {
            collector.Collect(() => catalog.Entries.Values.Select(entry => entry.Target), [], parts);
        }

        return removed;
    }

    private static RemovedImage RemoveName(
        string typed, CatalogEntry entry, ImageReference name, bool force, Func<Digest, ImageUser?> usedBy)
    {
        ImageReference[] same = [.. entry.References.Where(r => r == name)];
        ImageReference[] going = same.Length > 0 ? same : [.. entry.References.Where(r => r.Repository == name.Repository)];
        ImageReference[] staying = [.. entry.References.Except(going)];

        // A repository's digests go with its last tag.
        if (staying.All(r => r.Digest is not null && r.Repository == name.Repository))
        {
            (going, staying) = ([.. entry.References], []);
        }

        if (staying.Length > 0)
        {
            return new RemovedImage(going, []);
        }

        var user = usedBy(entry.Target.Digest);
        if (user is { } container && !force)
        {
            throw GantryException.Conflict(
                $"conflict: unable to remove repository reference \"{typed}\" (must force) - container {container.Container} is using its referenced image {entry.Target.Digest.Short}");
        }

        // Forced with a running container: the name goes, the image stays, dangling.
        return new RemovedImage(going, user is { IsRunning: true, OnlyMounts: false } ? [] : [entry.Target.Digest]);
    }

    private static RemovedImage RemoveById(CatalogEntry entry, bool force, Func<Digest, ImageUser?> usedBy)
    {
        var id = entry.Target.Digest;
        switch (usedBy(id))
        {
            case { IsRunning: true, OnlyMounts: false, Container: var container }:
                throw GantryException.Conflict($"conflict: unable to delete {id.Short} (cannot be forced) - image is being used by running container {container}");
            case { IsRunning: false, OnlyMounts: false, Container: var container } when !force && IsSingle(entry.References):
                throw GantryException.Conflict($"conflict: unable to delete {id.Short} (must be forced) - image is being used by stopped container {container}");
        }

        return force || IsSingle(entry.References)
            ? new RemovedImage(entry.References, [id])
            : throw GantryException.Conflict($"conflict: unable to delete {id.Short} (must be forced) - image is referenced in multiple repositories");
    }

    // At most one tag, and digests of no other repository.
    private static bool IsSingle(IReadOnlyList<ImageReference> references) =>
        references.Count(r => r.Digest is null) <= 1 && references.Select(r => r.Repository).Distinct().Count() <= 1;

    private void Persist(RemovedImage removed)
    {
        database.InTransaction(() =>
        {
            foreach (var reference in removed.Untagged)
            {
                names.Delete(reference.ToString());
            }

            foreach (var id in removed.Deleted)
            {
                images.Delete(id.ToString());
            }
        });
        var next = removed.Untagged.Aggregate(catalog, (current, reference) => current.WithoutName(reference));
        catalog = removed.Deleted.Aggregate(next, (current, id) => current.Without(id));
        foreach (var id in removed.Deleted)
        {
            resolver.Forget(id);
        }
    }
}

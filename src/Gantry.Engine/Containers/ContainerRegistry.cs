using Gantry.Core;
using Gantry.Engine.Persistence;
using Gantry.State;

namespace Gantry.Engine.Containers;

/// <summary>All containers: by id and by name in memory, as documents in the database.</summary>
internal sealed class ContainerRegistry
{
    private readonly DocumentTable<Container> table;
    private readonly Lock gate = new();
    private readonly HashSet<ContainerEntry> unwritten = [];
    private readonly Dictionary<string, ContainerEntry> byId = [];
    private readonly Dictionary<string, ContainerId> byName = [];
    private volatile ContainerEntry[] snapshot = [];

    public ContainerRegistry(Database database)
    {
        table = database.Table("containers", EngineJson.Default.Container);
        foreach (var (_, container) in table.All())
        {
            byId[container.Id.ToString()] = new ContainerEntry(container);
            byName[container.Name] = container.Id;
        }

        Publish();
    }

    /// <summary>Containers whose documents could not be read: they are not served, and their files are kept.</summary>
    public IReadOnlyList<string> Unreadable => table.Quarantined();

    /// <summary>Every entry, newest first.</summary>
    public IReadOnlyList<ContainerEntry> All => snapshot;

    /// <summary>Adds a container whose name is free.</summary>
    /// <exception cref="GantryException">Conflict, when the name is in use.</exception>
    public ContainerEntry Add(Container container)
    {
        lock (gate)
        {
            EnsureFree(container.Name);
            table.Put(container.Id.ToString(), container);
            var entry = new ContainerEntry(container);
            byId[container.Id.ToString()] = entry;
            byName[container.Name] = container.Id;
            Publish();
            return entry;
        }
    }

    /// <summary>
    /// Swaps the snapshot of an entry and writes it down. The caller holds the entry's gate. What happened has happened: on a
    /// full disk the change counts all the same, and is written with the next one that can be.
    /// </summary>
    public Container Update(ContainerEntry entry, Func<Container, Container> change)
    {
        var next = change(entry.Container);
        entry.Set(next);
        if (!entry.IsRemoved)
        {
            Write(entry);
        }

        return next;
    }

    public void Rename(ContainerEntry entry, string name)
    {
        lock (gate)
        {
            EnsureFree(name);
            byName[name] = entry.Id;
            byName.Remove(entry.Container.Name);
            Update(entry, container => container with { Name = name });
        }
    }

    public void Remove(ContainerEntry entry)
    {
        lock (gate)
        {
            entry.IsRemoved = true;
            byId.Remove(entry.Id.ToString());
            byName.Remove(entry.Container.Name);
            Write(entry);
            Publish();
        }
    }

    public bool IsNameFree(string name)
    {
        lock (gate)
        {
            return !byName.ContainsKey(name);
        }
    }

    /// <summary>By full id, name, link (<c>web/db</c>), or unique id prefix, in this order, as Docker does.</summary>
    /// <exception cref="GantryException">InvalidArgument, when a prefix fits several containers.</exception>
    public ContainerEntry? Find(string nameOrId)
    {
        var name = nameOrId.TrimStart('/');
        lock (gate)
        {
            if (byId.TryGetValue(nameOrId, out var entry) || (byName.TryGetValue(name, out var id) && byId.TryGetValue(id.ToString(), out entry)))
            {
                return entry;
            }
        }

        if (name.IndexOf('/') is > 0 and var slash)
        {
            // As one that links to it calls it.
            return LegacyLinks.Find(Find(name[..slash]), name[(slash + 1)..], this);
        }

        if (name.Length == 0 || name.Any(letter => !char.IsAsciiHexDigitLower(letter)))
        {
            return null;
        }

        var matches = snapshot.Where(entry => entry.Id.ToString().StartsWith(name, StringComparison.Ordinal)).Take(2).ToArray();
        return matches.Length > 1 ? throw GantryException.Invalid($"multiple IDs found with provided prefix: {name}") : matches.FirstOrDefault();
    }

    /// <exception cref="GantryException">NotFound, <c>No such container: NAME</c>.</exception>
    public ContainerEntry Get(string nameOrId) => Find(nameOrId) ?? throw (nameOrId.Length == 0
        ? GantryException.Invalid("invalid name or ID supplied: \"\"") : GantryException.NotFound($"No such container: {nameOrId}"));

    private void Write(ContainerEntry entry)
    {
        lock (unwritten)
        {
            unwritten.Add(entry);
            try
            {
                foreach (var late in unwritten.ToArray())
                {
                    if (late.IsRemoved)
                    {
                        table.Delete(late.Id.ToString());
                    }
                    else
                    {
                        table.Put(late.Id.ToString(), late.Container);
                    }

                    unwritten.Remove(late);
                }
            }
            catch (GantryException)
            {
                // The disk is full. Whatever else goes wrong with the database is not expected.
            }
        }
    }

    // A name is free, or another container's: said in Docker's words.
    private void EnsureFree(string name)
    {
        if (byName.TryGetValue(name, out var owner))
        {
            throw GantryException.Conflict($"Conflict. The container name \"/{name}\" is already in use by container \"{owner}\". You have to remove (or rename) that container to be able to reuse that name.");
        }
    }

    private void Publish() => snapshot = [.. byId.Values.OrderByDescending(entry => entry.Container.Created)];
}

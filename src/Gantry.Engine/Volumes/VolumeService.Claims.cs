using Gantry.Core;

namespace Gantry.Engine.Volumes;

public sealed partial class VolumeService
{
    private readonly Lock claimsGate = new();

    // Volumes of containers that are being made: by volume, ids of containers.
    private readonly Dictionary<string, HashSet<string>> claims = new(StringComparer.Ordinal);

    /// <summary>Creates a volume, or finds it, for a container that is being made: it counts as used until <see cref="Unclaim"/>.</summary>
    internal Task<Volume> ClaimAsync(VolumeSpec spec, ContainerId user) => CreateAsync(spec, user, CancellationToken.None);

    /// <summary>The same for a volume of another container.</summary>
    /// <exception cref="GantryException">NotFound: it is gone with that one.</exception>
    internal async Task ClaimAsync(string name, ContainerId user)
    {
        using var held = await locks.AcquireAsync(name);
        _ = Known(name);
        Claim(name, user);
    }

    /// <summary>The container is registered, and uses its volumes itself, or never will be.</summary>
    internal void Unclaim(ContainerId user)
    {
        lock (claimsGate)
        {
            foreach (var (name, users) in claims.ToArray())
            {
                if (users.Remove(user.ToString()) && users.Count == 0)
                {
                    claims.Remove(name);
                }
            }
        }
    }

    /// <summary>The caller holds the volume's lock.</summary>
    private void Claim(string name, ContainerId user)
    {
        lock (claimsGate)
        {
            if (!claims.TryGetValue(name, out var users))
            {
                claims[name] = users = new HashSet<string>(StringComparer.Ordinal);
            }

            users.Add(user.ToString());
        }
    }

    /// <summary>Ids of the containers that have a volume, or are to have it.</summary>
    private HashSet<string> Users(string volume)
    {
        // Claims first: a claim ends after its container is registered.
        HashSet<string> users = [];
        lock (claimsGate)
        {
            users.UnionWith(claims.GetValueOrDefault(volume) ?? []);
        }

        users.UnionWith(containers.All.Select(entry => entry.Container)
            .Where(container => container.Mounts.Any(mount => mount.Type == "volume" && mount.Name == volume))
            .Select(container => container.Id.ToString()));
        return users;
    }
}

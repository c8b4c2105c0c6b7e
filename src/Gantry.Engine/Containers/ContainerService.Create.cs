using Gantry.Core;
using Gantry.Images;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerService
{
    /// <summary>Makes a container from an image that is present: checks everything, then creates, undoing on failure.</summary>
    /// <exception cref="GantryException">NotFound for image or network, Conflict for the name, InvalidArgument for the rest.</exception>
    public async Task<ContainerCreated> CreateAsync(string? name, ContainerSettings settings, Platform? platform, CancellationToken cancellationToken)
    {
        var checkedName = string.IsNullOrEmpty(name) ? ContainerNames.Random(containers.IsNameFree) : ContainerNames.Checked(name);
        var (checkedHost, warnings) = SettingsCheck.Check(settings);
        settings = settings with { Host = checkedHost, WorkingDir = settings.WorkingDir.Length > 0 ? ContainerPath.Clean(settings.WorkingDir) : "" };
        runtime.CheckName(settings.Host.Runtime);
        if (settings.Image.Length == 0)
        {
            throw GantryException.Invalid("no image specified");
        }

        var image = images.Find(settings.Image, platform)
            ?? throw (platform is not null && images.Find(settings.Image) is { } other
                ? GantryException.NotFound($"image with reference {settings.Image} was found but its platform ({other.Config.Os}/{other.Config.Architecture}) does not match the specified platform ({platform})")
                : Missing(settings.Image));
        var id = ContainerId.New();
        var merged = Normalise(ImageDefaults.Apply(settings, image.Config.Config), id);
        var args = ImageDefaults.Args(merged);
        CheckOthers(settings.Host);
        var networks = networking.Plan(merged, checkedName, id);
        if (!containers.IsNameFree(checkedName))
        {
            // Said before volumes and snapshots are made; Add below decides for good.
            _ = containers.Find(checkedName) is { } owner
                ? throw GantryException.Conflict($"Conflict. The container name \"/{checkedName}\" is already in use by container \"{owner.Id}\". You have to remove (or rename) that container to be able to reuse that name.")
                : 0;
        }

        using var lease = images.Lease();
        await images.Layers.EnsureAsync(image.Layers, null, cancellationToken);
        var points = await mounts.ResolveAsync(merged, id);
        ContainerEntry? entry = null;
        try
        {
            snapshots.Create(id.ToString(), image.DiffIds);
            points = await MountImagesAsync(id, points, cancellationToken);
            files.Create(id);
            entry = containers.Add(new Container
            {
                Id = id,
                Name = checkedName,
                Created = time.GetUtcNow(),
                ImageId = image.Id,
                ManifestId = image.Manifest.Digest,
                Platform = new Platform(image.Config.Os, image.Config.Architecture, image.Config.Variant),
                Settings = merged,
                Args = args,
                Mounts = points,
                Networks = networks,
                LogPath = merged.Host.LogDriver == "none" ? "" : files.LogOf(id),
                HostnamePath = files.HostnameOf(id),
                HostsPath = files.HostsOf(id),
                ResolvConfPath = files.ResolvConfOf(id),
            });
            volumes.Unclaim(id);
            await CopyUpAsync(image, id, points);
        }
        catch
        {
            volumes.Unclaim(id);
            if (entry is not null)
            {
                containers.Remove(entry);
            }

            roots.Remove(id);
            files.Delete(id);
            foreach (var point in points.Where(point => point is { Type: "volume", Anonymous: true }))
            {
                await volumes.RemoveAsync(point.Name, force: true, CancellationToken.None);
            }

            throw;
        }

        Publish(entry.Container, "create");
        return new ContainerCreated(id, warnings);
    }

    // Not "not found": clients would take it for the image and pull.
    private void CheckOthers(HostSettings host)
    {
        foreach (var mode in new[] { host.IpcMode, host.PidMode })
        {
            if (JoinedNamespace.NameIn(mode) is { Length: > 0 } other && containers.Find(other) is null)
            {
                throw GantryException.Invalid($"No such container: {other}");
            }
        }

        foreach (var name in host.Links.Select(link => link.Split(':')[0]).Where(name => containers.Find(name) is null))
        {
            throw GantryException.Invalid($"could not get container for {name}: No such container: {name}");
        }
    }

    // Each image that is mounted gets a tree of its own, read-only for the container.
    private async Task<IReadOnlyList<MountPoint>> MountImagesAsync(ContainerId id, IReadOnlyList<MountPoint> points, CancellationToken cancellationToken)
    {
        List<MountPoint> resolved = [];
        foreach (var point in points)
        {
            if (point.Type != "image" || point.Source.Length > 0)
            {
                resolved.Add(point);
                continue;
            }

            var image = images.Find(point.Name) ?? throw Missing(point.Name);
            await images.Layers.EnsureAsync(image.Layers, null, cancellationToken);
            resolved.Add(point with { Source = roots.CreateImageMount(id, resolved.Count(each => each.Type == "image" && each.Own), image.DiffIds), Own = true, ImageId = image.Id });
        }

        return resolved;
    }

    private GantryException Missing(string image)
    {
        try
        {
            _ = images.Get(image);
            return GantryException.NotFound($"No such image: {image}");
        }
        catch (GantryException error)
        {
            return error;
        }
    }

    private ContainerSettings Normalise(ContainerSettings settings, ContainerId id)
    {
        var host = settings.Host;
        var mode = settings.NetworkDisabled ? "none" : host.NetworkMode is "" or "default" ? settings.Networks.Count > 0 && host.NetworkMode.Length == 0 ? settings.Networks.Keys.First() : "bridge" : host.NetworkMode;
        return settings with
        {
            Hostname = settings.Hostname.Length > 0 ? settings.Hostname : mode == "host" ? Environment.MachineName : id.Short,
            Host = host with
            {
                NetworkMode = mode,
                LogDriver = host.LogDriver.Length > 0 ? host.LogDriver : "json-file",
                RestartPolicy = host.RestartPolicy.Name.Length > 0 ? host.RestartPolicy : RestartPolicy.No,
                Runtime = host.Runtime.Length > 0 ? host.Runtime : runtime.Runtime.Name,
                SecurityOpt = [.. host.SecurityOpt, .. SecurityOptions.Implied(host)],
                IpcMode = host.IpcMode.Length > 0 ? host.IpcMode : "private",
                // Docker's default: private where only version 2 is mounted, for privileged containers too.
                CgroupnsMode = host.CgroupnsMode.Length > 0 ? host.CgroupnsMode : KernelSupport.IsUnified ? "private" : "host",
                Resources = WithSwap(host.Resources),
                ShmSize = host.ShmSize > 0 ? host.ShmSize : 64 << 20,
            },
        };
    }

    // Docker: a memory limit alone allows as much swap again, where the kernel counts swap.
    private static ResourceLimits WithSwap(ResourceLimits limits) =>
        limits is { Memory: > 0, MemorySwap: null or 0 } && KernelSupport.Swap ? limits with { MemorySwap = limits.Memory * 2 } : limits;

    // Docker: a new, empty volume starts with what the image has at its destination.
    private async Task CopyUpAsync(Image image, ContainerId id, IReadOnlyList<MountPoint> points)
    {
        if (image.DiffIds.Count == 0)
        {
            return;
        }

        // A user of its own: the container may be started meanwhile, and keeps its mounts then.
        var user = $"{id}-copy-up";
        List<MountPoint> mounted = [];
        try
        {
            foreach (var point in points.Where(point => point is { Type: "volume", CopyUp: true }))
            {
                mounted.Add(point with { Source = await volumes.MountAsync(point.Name, user, CancellationToken.None) });
            }

            await FillAsync(image, [.. mounted.Where(point => point.Subpath.Length > 0 || !Directory.EnumerateFileSystemEntries(point.Source).Any())]);
        }
        finally
        {
            foreach (var point in mounted)
            {
                await volumes.UnmountAsync(point.Name, user, CancellationToken.None);
            }
        }
    }

    private async Task FillAsync(Image image, IReadOnlyList<MountPoint> empty)
    {
        if (empty.Count == 0)
        {
            return;
        }

        var view = snapshots.Create($"copy-up-{ContainerId.New().Short}", image.DiffIds);
        try
        {
            snapshots.Mount(view);
            foreach (var point in empty)
            {
                await VolumeCopy.CopyAsync(view.MergedDirectory, point.Destination, point.Source, point.Subpath);
            }
        }
        finally
        {
            snapshots.Remove(view.Id);
        }
    }
}

namespace Gantry.Engine.Containers;

public sealed partial class ContainerService
{
    /// <summary>Mounts all volumes of a container, or none, and notes where they are.</summary>
    private async Task MountVolumesAsync(ContainerEntry entry)
    {
        var container = entry.Container;
        List<MountPoint> mounts = [];
        try
        {
            foreach (var mount in container.Mounts)
            {
                mounts.Add(mount.Type == "volume" ? mount with { Source = await volumes.MountAsync(mount.Name, container.Id.ToString(), CancellationToken.None) } : mount);
            }
        }
        catch
        {
            await UnmountVolumesAsync(container);
            throw;
        }

        if (!mounts.Select(mount => mount.Source).SequenceEqual(container.Mounts.Select(mount => mount.Source)))
        {
            containers.Update(entry, current => current with { Mounts = mounts });
        }
    }

    private async Task UnmountVolumesAsync(Container container)
    {
        foreach (var mount in container.Mounts.Where(mount => mount.Type == "volume"))
        {
            try
            {
                await volumes.UnmountAsync(mount.Name, container.Id.ToString(), CancellationToken.None);
            }
            catch (Exception exception)
            {
                LogFailure(container.Id.Short, $"unmount of volume {mount.Name}", exception);
            }
        }
    }

    private void AdoptVolumes(Container container)
    {
        foreach (var mount in container.Mounts.Where(mount => mount.Type == "volume"))
        {
            volumes.Adopt(mount.Name, container.Id.ToString());
        }
    }
}

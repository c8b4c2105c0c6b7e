using Gantry.Core;
using Gantry.Linux;

namespace Gantry.Runtime;

/// <summary>Stops and continues all processes of a cgroup (freezer-subsystem.rst for version 1, cgroup-v2.rst for 2).</summary>
internal sealed class Freezer(CgroupHost host, string cgroupsPath)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string? directory = host.Directory("freezer", cgroupsPath);

    public async Task FreezeAsync(CancellationToken cancellationToken)
    {
        var deadline = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            // Version 1 can stay FREEZING while processes fork; writing again catches the new ones.
            Write(frozen: true);
            if (IsFrozen())
            {
                return;
            }

            if (DateTimeOffset.UtcNow > deadline || directory is null)
            {
                Thaw();
                throw new GantryException(ErrorKind.Internal, "cannot pause the container: its cgroup does not freeze");
            }

            await Task.Delay(2, cancellationToken);
        }
    }

    public void Thaw() => Write(frozen: false);

    private void Write(bool frozen)
    {
        if (host.IsUnified)
        {
            CgroupDirectory.TryWrite(directory + "/cgroup.freeze", frozen ? "1" : "0");
        }
        else
        {
            CgroupDirectory.TryWrite(directory + "/freezer.state", frozen ? "FROZEN" : "THAWED");
        }
    }

    private bool IsFrozen()
    {
        try
        {
            return host.IsUnified
                ? File.ReadAllText(directory + "/cgroup.events").Contains("frozen 1", StringComparison.Ordinal)
                : File.ReadAllText(directory + "/freezer.state").StartsWith("FROZEN", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}

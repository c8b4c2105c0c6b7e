using System.Globalization;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Runtime.Monitoring;

namespace Gantry.Runtime;

/// <summary>A container's traces on this host: its folder, its runtime's folder and its cgroups.</summary>
internal sealed record StateFolder(ContainerId Id, string Directory, CgroupHost Host)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public void Create() => System.IO.Directory.CreateDirectory(Directory, OwnerOnly);

    /// <summary>The exit that the monitor left behind; null while there is none.</summary>
    public ProcessExit? FindExit()
    {
        try
        {
            var fields = File.ReadAllText(Path.Combine(Directory, "exit")).Split(' ');
            var nanoseconds = long.Parse(fields[1], CultureInfo.InvariantCulture);
            return new ProcessExit(
                int.Parse(fields[0], CultureInfo.InvariantCulture),
                DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100),
                fields[2].StartsWith('1'));
        }
        catch (Exception e) when (e is IOException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>Whether someone still serves it.</summary>
    public bool HasMonitor()
    {
        using var socket = ControlSocket.TryConnect(Directory);
        return socket is not null;
    }

    /// <summary>
    /// What "crun delete" does, without its 3 ms: kill what is left in the cgroup, remove the cgroups, the runtime's state and the folder.
    /// Goes on where something is gone already.
    /// </summary>
    public void Remove(ContainerRecord? record)
    {
        if (record is not null)
        {
            KillMembers(record);
            foreach (var hierarchy in Host.Hierarchies)
            {
                CgroupDirectory.Remove(hierarchy + record.CgroupsPath);
            }

            RemoveFolder(Path.Combine(record.RuntimeRoot, Id.ToString()));
        }

        RemoveFolder(Directory);
    }

    public void KillMembers(ContainerRecord record)
    {
        if (Host.ProcessDirectory(record.CgroupsPath) is { } procs && CgroupDirectory.Processes(procs).Count > 0)
        {
            new Freezer(Host, record.CgroupsPath).Thaw();
            CgroupDirectory.KillAll(procs);
        }
    }

    /// <summary>Also while the monitor of an exec, which ends with its container, still writes its exit there.</summary>
    internal static void RemoveFolder(string path)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                System.IO.Directory.Delete(path, recursive: true);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (IOException) when (attempt < 20)
            {
                Thread.Sleep(5);
            }
        }
    }
}

using System.Globalization;

namespace Gantry.Linux;

/// <summary>One directory of a cgroup hierarchy. A directory or process that vanishes meanwhile is no error.</summary>
public static class CgroupDirectory
{
    /// <summary>Processes of the cgroup and of those below it.</summary>
    public static IReadOnlyList<int> Processes(string directory)
    {
        var found = new List<int>();
        Collect(directory, found);
        return found;
    }

    /// <summary>Kills until nobody is left; at most about a second.</summary>
    public static void KillAll(string directory)
    {
        if (File.Exists(directory + "/cgroup.kill"))
        {
            TryWrite(directory + "/cgroup.kill", "1");
        }

        for (var round = 0; round < 200; round++)
        {
            var processes = Processes(directory);
            if (processes.Count == 0)
            {
                return;
            }

            foreach (var pid in processes)
            {
                _ = ChildProcess.Kill(pid, Signal.SIGKILL);
            }

            Poller.Wait([], 5);
        }
    }

    /// <summary>Removes the cgroup and those below it; false when someone is still inside.</summary>
    public static bool Remove(string directory)
    {
        var result = Descriptors.RemoveDirectory(directory);
        if (result is 0 or -(int)Errno.ENOENT or -(int)Errno.ENOTDIR)
        {
            return true;
        }

        try
        {
            foreach (var child in Directory.EnumerateDirectories(directory))
            {
                Remove(child);
            }
        }
        catch (IOException)
        {
        }

        // A process that was just reaped leaves its cgroup a moment later.
        for (var attempt = 0; attempt < 50; attempt++)
        {
            result = Descriptors.RemoveDirectory(directory);
            if (result != -(int)Errno.EBUSY)
            {
                break;
            }

            Poller.Wait([], 2);
        }

        return result is 0 or -(int)Errno.ENOENT;
    }

    public static bool TryWrite(string path, string value)
    {
        var fd = Descriptors.Open(path, Descriptors.O_WRONLY);
        if (fd < 0)
        {
            return false;
        }

        var result = Descriptors.WriteAll(fd, System.Text.Encoding.ASCII.GetBytes(value));
        _ = Descriptors.Close(fd);
        return result == 0;
    }

    private static void Collect(string directory, List<int> found)
    {
        try
        {
            foreach (var line in File.ReadLines(directory + "/cgroup.procs"))
            {
                if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0)
                {
                    found.Add(pid);
                }
            }

            foreach (var child in Directory.EnumerateDirectories(directory))
            {
                Collect(child, found);
            }
        }
        catch (IOException)
        {
        }
    }
}

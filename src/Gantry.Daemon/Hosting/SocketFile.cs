using System.Net.Sockets;
using Gantry.Linux;

namespace Gantry.Daemon.Hosting;

/// <summary>The file of a Unix socket: its folder, what an earlier daemon left there, its mode and group.</summary>
internal static class SocketFile
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private static readonly string[] UsualGroups = ["docker", "gantry"];

    /// <summary>Makes way for a new socket.</summary>
    /// <exception cref="IOException">A living daemon listens there, or something else than a socket lies there.</exception>
    public static void Prepare(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            if ((File.GetAttributes(path) & FileAttributes.Normal) != 0 && new FileInfo(path).Length > 0)
            {
                throw new IOException($"{path} is in the way and is not a socket", error);
            }

            File.Delete(path);
            return;
        }

        throw new IOException($"another daemon listens on {path}");
    }

    /// <summary>Mode 0660, and the group where one is to be set.</summary>
    /// <exception cref="IOException">The group that was asked for does not exist.</exception>
    public static void Secure(string path, string? group)
    {
        if (GroupId(group) is { } gid)
        {
            Ownership.SetGroup(path, gid);
        }

        File.SetUnixFileMode(path, Mode);
    }

    private static uint? GroupId(string? wanted)
    {
        var groups = Groups();
        if (wanted is null)
        {
            return UsualGroups.Where(groups.ContainsKey).Select(name => (uint?)groups[name]).FirstOrDefault();
        }

        return uint.TryParse(wanted, out var number) ? number
            : groups.TryGetValue(wanted, out var gid) ? gid
            : throw new IOException($"group {wanted} does not exist");
    }

    private static Dictionary<string, uint> Groups()
    {
        var groups = new Dictionary<string, uint>();
        foreach (var line in File.Exists("/etc/group") ? File.ReadLines("/etc/group") : [])
        {
            if (line.Split(':') is [var name, _, var id, ..] && uint.TryParse(id, out var gid))
            {
                groups.TryAdd(name, gid);
            }
        }

        return groups;
    }
}

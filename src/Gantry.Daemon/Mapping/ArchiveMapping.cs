using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Api;
using Gantry.Api.Containers;
using Gantry.Engine.Containers;
using Gantry.Linux.Files;

namespace Gantry.Daemon.Mapping;

/// <summary>The <c>X-Docker-Container-Path-Stat</c> header: what a path is, as Go's <c>os.FileInfo</c> says it.</summary>
internal static class ArchiveMapping
{
    // Go's os.FileMode keeps the kind of file, and what chmod(1) calls the special bits, above the permissions.
    private const uint Directory = 1u << 31, Link = 1u << 27, Device = 1u << 26, Fifo = 1u << 25, Socket = 1u << 24;
    private const uint SetUid = 1u << 23, SetGid = 1u << 22, CharacterDevice = 1u << 21, Sticky = 1u << 20;

    public static string ToStatHeader(this ArchivedPath path)
    {
        var stat = new ContainerPathStat
        {
            Name = path.Name,
            Size = path.Status.Size,
            Mode = Mode(path.Status),
            Mtime = Time(path.Status.Modified),
            LinkTarget = path.LinkTarget,
        };
        return Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(stat, DockerJson.Wire.ContainerPathStat));
    }

    private static uint Mode(FileStatus status) => (uint)(status.Mode & 0x1FF)
        | ((status.Mode & 0x800) != 0 ? SetUid : 0)
        | ((status.Mode & 0x400) != 0 ? SetGid : 0)
        | ((status.Mode & 0x200) != 0 ? Sticky : 0)
        | status.Type switch
        {
            FileType.Directory => Directory,
            FileType.SymbolicLink => Link,
            FileType.BlockDevice => Device,
            FileType.CharacterDevice => Device | CharacterDevice,
            FileType.Fifo => Fifo,
            FileType.Socket => Socket,
            _ => 0,
        };

    private static string Time(FileTime time)
    {
        var text = new StringBuilder(time.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
        if (time.Nanoseconds > 0)
        {
            text.Append('.').Append(time.Nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0'));
        }

        return text.Append('Z').ToString();
    }
}

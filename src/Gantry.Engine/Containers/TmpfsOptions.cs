using Gantry.Core;

namespace Gantry.Engine.Containers;

/// <summary>The options that Docker lets a tmpfs have.</summary>
internal static class TmpfsOptions
{
    private static readonly string[] Flags =
    [
        "exec", "noexec", "suid", "nosuid", "dev", "nodev", "ro", "rw", "sync", "async", "dirsync", "remount", "mand", "nomand", "atime", "noatime",
        "diratime", "nodiratime", "bind", "rbind", "unbindable", "runbindable", "private", "rprivate", "shared", "rshared", "slave", "rslave",
        "relatime", "norelatime", "strictatime", "nostrictatime", "defaults", "size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol",
    ];

    /// <exception cref="GantryException">InvalidArgument, <c>invalid tmpfs option "x"</c>.</exception>
    public static void Check(IEnumerable<string> options)
    {
        foreach (var option in options.Select(option => option.Split('=')[0]).Where(option => !Flags.Contains(option)))
        {
            throw GantryException.Invalid($"invalid tmpfs option \"{option}\"");
        }
    }
}

using Gantry.Linux.Mounts;

namespace Gantry.Linux.Tests.Mounts;

public class MountTableTests
{
    private static readonly string[] Lines =
    [
        "1 0 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw",
        "2 1 0:5 / /data rw master:7 shared:8 - tmpfs none rw",
        "3 1 0:6 / /with\\040blank rw - tmpfs none rw",
        "4 2 0:7 / /data rw - tmpfs none rw",
    ];

    [Theory]
    [InlineData("/etc", "/", "shared:1")]
    [InlineData("/data/x", "/data", "")]
    [InlineData("/database", "/", "shared:1")]
    [InlineData("/with blank/x", "/with blank", "")]
    public void The_mount_of_a_path_is_the_longest_and_the_last(string path, string mountPoint, string tags)
    {
        var found = MountTable.Find(path, Lines);
        Assert.Equal((mountPoint, tags), (found.MountPoint, string.Join(' ', found.Tags)));
    }
}

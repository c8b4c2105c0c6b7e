using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Linux.Tests.Mounts;

[Trait("Ring", "integration")]
public sealed class MountTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gantry-mounts-").FullName;

    public void Dispose()
    {
        while (Mount.Unmount(At("merged")))
        {
        }

        FileSystem.RemoveTree(folder);
    }

    [Fact]
    public void An_overlay_mounts_shows_its_layers_and_unmounts()
    {
        Make("lower1", "lower2", "upper", "work", "merged");
        File.WriteAllText(At("lower1", "f"), "top");
        File.WriteAllText(At("lower2", "f"), "bottom");
        Overlay([At("lower1"), At("lower2")]).MountOn(At("merged"));
        Assert.True(Mount.IsMountPoint(At("merged")));
        Assert.Equal("top", File.ReadAllText(At("merged", "f")));
        File.WriteAllText(At("merged", "new"), "x");
        Assert.True(File.Exists(At("upper", "new")));
        Assert.True(Mount.Unmount(At("merged")));
        Assert.False(Mount.Unmount(At("merged")));
        Assert.False(Mount.IsMountPoint(At("merged")));
    }

    [Fact]
    public void A_busy_mount_goes_lazily()
    {
        Make("source", "merged");
        File.WriteAllText(At("source", "f"), "x");
        Mount.Bind(At("source"), At("merged"));
        using (File.OpenRead(At("merged", "f")))
        {
            Assert.True(Mount.Unmount(At("merged")));
            Assert.False(File.Exists(At("merged", "f")));
        }
    }

    [Fact]
    public void A_missing_layer_is_named_in_the_error()
    {
        Make("upper", "work", "merged");
        var error = Assert.Throws<LinuxException>(() => Overlay([At("nowhere")]).MountOn(At("merged")));
        Assert.Equal(Errno.ENOENT, error.Errno);
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
    }

    private OverlayMount Overlay(IReadOnlyList<string> lowers) => new() { LowerDirectories = lowers, UpperDirectory = At("upper"), WorkDirectory = At("work") };

    private void Make(params string[] names) => Array.ForEach(names, name => Directory.CreateDirectory(At(name)));

    private string At(params string[] parts) => Path.Combine([folder, .. parts]);
}

using Gantry.Core;
using Gantry.Engine.Containers;

namespace Gantry.Engine.Tests;

/// <summary>Only what lies in a volume is accepted as mounted from it, whatever its paths say meanwhile.</summary>
public sealed class SubpathCheckTests : IDisposable
{
    private readonly string volume = Directory.CreateTempSubdirectory("gantry-subpath-").FullName;

    public SubpathCheckTests()
    {
        Directory.CreateDirectory(Path.Combine(volume, "a"));
        Directory.CreateDirectory(Path.Combine(volume, "b"));
        File.CreateSymbolicLink(Path.Combine(volume, "out"), "/");
        File.CreateSymbolicLink(Path.Combine(volume, "in"), "b/../a");
        File.CreateSymbolicLink(Path.Combine(volume, "outout"), "out");
        File.WriteAllText(Path.Combine(volume, "file"), "");
    }

    public void Dispose() => Directory.Delete(volume, recursive: true);

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("in", "a", true)]
    [InlineData("out", ".", false)]
    [InlineData("a", "b", false)]
    [InlineData("a", "/", false)]
    [InlineData("out", "/", false)]
    [InlineData("gone", "/", false)]
    public void What_is_mounted_is_what_the_volume_has(string subpath, string mounted, bool accepted)
    {
        // This process stands for the container: its root has everything.
        var mount = new MountPoint { Type = "volume", Name = "vol", Source = volume, Subpath = subpath, Destination = Path.Combine(volume, mounted) };
        var refused = Record.Exception(() => SubpathCheck.Check([mount], Environment.ProcessId));
        Assert.Equal(accepted, refused is null);
        Assert.True(refused is null or GantryException { Kind: ErrorKind.Internal });
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("in", "a")]
    [InlineData("file", "file")]
    public void Links_that_stay_inside_are_followed(string subpath, string real) => Assert.Equal(Path.Combine(volume, real), MountSubpath.Resolve(volume, subpath));

    [Theory]
    [InlineData("out", ErrorKind.InvalidArgument, "path concatenation escapes the base directory, base: VOLUME, subpath: out")]
    [InlineData("outout", ErrorKind.InvalidArgument, "path concatenation escapes the base directory, base: VOLUME, subpath: outout")]
    [InlineData("a/../..", ErrorKind.InvalidArgument, "path concatenation escapes the base directory, base: VOLUME, subpath: a/../..")]
    [InlineData("gone", ErrorKind.NotFound, "cannot access path VOLUME/gone: lstat VOLUME/gone: no such file or directory")]
    [InlineData("file/x", ErrorKind.Internal, "error while resolving symlinks in combined path \"VOLUME/file/x\": not a directory")]
    public void What_is_not_inside_is_refused_in_Dockers_words(string subpath, ErrorKind kind, string message)
    {
        var refused = Assert.Throws<GantryException>(() => MountSubpath.Resolve(volume, subpath));
        Assert.Equal((kind, message.Replace("VOLUME", volume, StringComparison.Ordinal)), (refused.Kind, refused.Message));
    }

    [Fact]
    public async Task A_new_subpath_is_filled_with_what_the_image_has()
    {
        var image = Directory.CreateDirectory(Path.Combine(volume, "image/bin")).Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(image, "bin/busybox"), "x", TestContext.Current.CancellationToken);
        await VolumeCopy.CopyAsync(image, "/bin", volume, "a");
        Assert.Equal([Path.Combine(volume, "a/busybox")], Directory.GetFileSystemEntries(Path.Combine(volume, "a")));

        // One that is missing stays so, and one that has something keeps it.
        await VolumeCopy.CopyAsync(image, "/bin", volume, "gone");
        Assert.False(Path.Exists(Path.Combine(volume, "gone")));
        await File.WriteAllTextAsync(Path.Combine(volume, "b/own"), "x", TestContext.Current.CancellationToken);
        await VolumeCopy.CopyAsync(image, "/bin", volume, "b");
        Assert.False(Path.Exists(Path.Combine(volume, "b/busybox")));
        var refused = await Assert.ThrowsAsync<GantryException>(() => VolumeCopy.CopyAsync(image, "/bin", volume, "out"));
        Assert.StartsWith("failed to populate volume: path concatenation escapes the base directory", refused.Message, StringComparison.Ordinal);
    }
}

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
        File.CreateSymbolicLink(Path.Combine(volume, "in"), "/a");
    }

    public void Dispose() => Directory.Delete(volume, recursive: true);

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("in", "a", true)]
    [InlineData("out", ".", true)]
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
}

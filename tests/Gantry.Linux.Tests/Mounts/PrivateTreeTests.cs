using Gantry.Linux.Mounts;

namespace Gantry.Linux.Tests.Mounts;

/// <summary>Parts of folders that somebody else writes to.</summary>
[Trait("Ring", "integration")]
public sealed class PrivateTreeTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("gantry-tree-").FullName;
    private readonly string volume = Directory.CreateTempSubdirectory("gantry-tree-volume-").FullName;

    public PrivateTreeTests()
    {
        Mount.Bind(root, root);
        Directory.CreateDirectory(Path.Combine(volume, "a"));
        File.WriteAllText(Path.Combine(volume, "a", "inner"), "");
        File.WriteAllText(Path.Combine(volume, "outer"), "");
        File.CreateSymbolicLink(Path.Combine(volume, "out"), "/");
    }

    public void Dispose()
    {
        Mount.Unmount(root);
        Directory.Delete(root, recursive: true);
        Directory.Delete(volume, recursive: true);
    }

    [Theory]
    [InlineData("", "a,out,outer")]
    [InlineData("a", "inner")]
    [InlineData("out", "a,out,outer")]
    [InlineData("../../a", "inner")]
    public void A_subpath_is_shown_and_no_link_leads_out_of_it(string subpath, string shown)
    {
        using var tree = PrivateTree.Assemble(root, [new TreeBind(volume, "/x", ReadOnly: false, subpath)]);
        Assert.Equal(shown, string.Join(',', Directory.EnumerateFileSystemEntries(Path.Combine(tree.Path, "x")).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
    }
}

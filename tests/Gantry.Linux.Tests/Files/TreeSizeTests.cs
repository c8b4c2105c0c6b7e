using System.Diagnostics;

namespace Gantry.Linux.Tests.Files;

public sealed class TreeSizeTests
{
    [Fact]
    public void Files_and_links_count_and_hard_links_count_once()
    {
        var folder = Directory.CreateTempSubdirectory("gantry-tree-size-");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "a/b"));
            File.WriteAllBytes(Path.Combine(folder.FullName, "a/b/one"), new byte[1000]);
            File.WriteAllBytes(Path.Combine(folder.FullName, "two"), new byte[200]);
            using (var link = Process.Start("/bin/ln", [Path.Combine(folder.FullName, "two"), Path.Combine(folder.FullName, "a/again")]))
            {
                link.WaitForExit();
            }

            File.CreateSymbolicLink(Path.Combine(folder.FullName, "loop"), "a/..");
            Assert.Equal(1204, Gantry.Linux.Files.TreeSize.Of(folder.FullName));
            Assert.Equal(0, Gantry.Linux.Files.TreeSize.Of(Path.Combine(folder.FullName, "nothing")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

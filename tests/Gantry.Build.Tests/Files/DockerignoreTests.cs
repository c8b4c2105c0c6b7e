using System.Text.Json;
using Gantry.Build.Files;

namespace Gantry.Build.Tests.Files;

/// <summary>dockerignore.json holds what Docker 28.5.2 copied of one tree (<c>COPY . /</c>) for each ignore file.</summary>
public sealed class DockerignoreTests : IDisposable
{
    private static readonly string[] Paths =
    [
        "a/b/c/f.md", "a/b/g.txt", "a/README.md", "README.md", "d/e/h.log", "d/i.log", "j.log", ".git/config", "node_modules/x/y.js", "sp ace/k", "x*y", "xzy", "l.md", "a/b/keep.log",
    ];

    private readonly string directory = Directory.CreateTempSubdirectory("gantry-build-").FullName;

    public DockerignoreTests()
    {
        foreach (var path in Paths)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(directory, path))!);
            File.WriteAllText(Path.Combine(directory, path), "x");
        }
    }

    public static TheoryData<string, string[]> Corpus =>
        [.. JsonSerializer.Deserialize<Dictionary<string, string[]>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Files", "dockerignore.json")))!.Select(pair => (pair.Key, pair.Value))];

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [MemberData(nameof(Corpus))]
    public void Shows_the_files_that_Docker_copies(string patterns, string[] files)
    {
        using var tree = new FileTree(directory, PathMatcher.Read(patterns + "\n"));
        Assert.Equal(files.Order(StringComparer.Ordinal), Walk(tree.Root).Order(StringComparer.Ordinal));

        IEnumerable<string> Walk(FileNode node) =>
            tree.Children(node).SelectMany(child => child.IsDirectory ? Walk(child).Prepend(child.Path + "/") : [child.Path]);
    }
}

using System.Formats.Tar;
using Gantry.Client.Builds;
using Gantry.Core;

namespace Gantry.Client.Tests;

public sealed class BuildContextTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("gantry-context-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("*.log", "a.log", true)]
    [InlineData("*.log", "sub/a.log", false)]
    [InlineData("**/*.log", "sub/deep/a.log", true)]
    [InlineData("**/*.log", "a.log", true)]
    [InlineData("node_modules", "node_modules/x/y.js", true)]
    [InlineData("/build/", "build/out", true)]
    [InlineData("docs/**", "docs/a/b", true)]
    [InlineData("docs/**/secret", "docs/secret", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("[a-c].txt", "b.txt", true)]
    [InlineData("[^a].txt", "a.txt", false)]
    [InlineData("# comment", "# comment", false)]
    [InlineData("*\n!keep.md", "keep.md", false)]
    [InlineData("*\n!keep.md", "drop.md", true)]
    [InlineData("dir\n!dir/keep", "dir/keep", false)]
    [InlineData("!keep\nkeep", "keep", true)]
    [InlineData("a.b", "axb", false)]
    public void Patterns_match_as_dockers(string patterns, string path, bool ignored) =>
        Assert.Equal(ignored, IgnorePatterns.Parse(patterns.Split('\n')).Ignores(path));

    [Fact]
    public async Task Sends_the_context_without_what_is_ignored_and_always_the_Dockerfile()
    {
        Write("Dockerfile", "FROM scratch");
        Write(".dockerignore", "*\n!src\nsrc/*.tmp\n");
        Write("src/app.js", "1");
        Write("src/x.tmp", "2");
        Write("other/file", "3");
        File.CreateSymbolicLink(Path.Combine(root, "src/link"), "app.js");

        var names = await NamesAsync(new BuildOptions { ContextDirectory = root });

        Assert.Equal([".dockerignore", "Dockerfile", "src/", "src/app.js", "src/link"], names);
    }

    [Fact]
    public async Task Sends_named_contexts_and_secrets_below_the_reserved_folder()
    {
        Write("ctx/Dockerfile", "FROM scratch");
        Write("shared/a.txt", "1");

        var names = await NamesAsync(new BuildOptions
        {
            ContextDirectory = Path.Combine(root, "ctx"),
            NamedContexts = new Dictionary<string, string> { ["shared"] = Path.Combine(root, "shared"), ["base"] = "docker-image://busybox" },
            Secrets = new Dictionary<string, byte[]> { ["token"] = [1, 2] },
        });

        Assert.Equal([".gantry-build/contexts/shared/", ".gantry-build/contexts/shared/a.txt", ".gantry-build/secrets/token", "Dockerfile"], names);
    }

    [Fact]
    public async Task A_Dockerfile_from_elsewhere_comes_under_a_name_of_its_content()
    {
        Write("ctx/file", "1");
        Write("Dockerfile.other", "FROM scratch");
        var options = new BuildOptions { ContextDirectory = Path.Combine(root, "ctx"), DockerfilePath = Path.Combine(root, "Dockerfile.other") };

        var found = BuildDockerfile.Find(options);

        Assert.Equal($".dockerfile.{Digest.Of("FROM scratch"u8).Hex[..20]}", found.NameInContext);
        Assert.Equal([found.NameInContext, "file"], await NamesAsync(options));
    }

    [Fact]
    public async Task Builds_and_shows_the_events_as_BuildKit_does()
    {
        Write("Dockerfile", "FROM scratch");
        string[] lines =
        [
            """{"aux":{"gantry":{"type":"started","step":1,"total":1,"name":"[1/1] RUN echo hi"}}}""",
            """{"aux":{"gantry":{"type":"output","step":1,"stream":"stdout","bytes":"aGkK"}}}""",
            """{"aux":{"gantry":{"type":"completed","step":1,"seconds":0.25}}}""",
            """{"aux":{"ID":"sha256:abc"}}""",
        ];
        await using var daemon = FakeDaemon.Serving(_ => (200, string.Join("\r\n", lines)));
        using var client = GantryClient.FromEnvironment(daemon.Address);
        var output = new StringWriter { NewLine = "\n" };

        var image = await client.Builds.BuildAsync(
            new BuildOptions { ContextDirectory = root, Tags = ["app:1"], Arguments = new Dictionary<string, string?> { ["A"] = "b" } }, new PlainBuildRenderer(output), CancellationToken.None);

        Assert.Equal("sha256:abc", image);
        Assert.Matches("^#1 \\[1/1\\] RUN echo hi\n#1 0\\.\\d{3} hi\n#1 DONE 0\\.[23]s\n\n$", output.ToString());
        Assert.Equal("t=app%3A1&dockerfile=Dockerfile&rm=1&gantry-events=1&buildargs=%7B%22A%22%3A%22b%22%7D", daemon.Requests.Last().Query);
    }

    [Fact]
    public async Task A_failed_build_throws_the_builders_words()
    {
        Write("Dockerfile", "FROM scratch");
        await using var daemon = FakeDaemon.Serving(_ => (200, """{"errorDetail":{"code":3,"message":"process failed"},"error":"process failed"}"""));
        using var client = GantryClient.FromEnvironment(daemon.Address);

        var error = await Assert.ThrowsAsync<GantryException>(() =>
            client.Builds.BuildAsync(new BuildOptions { ContextDirectory = root }, BuildRenderer.Create("quiet", TextWriter.Null, false, () => 80), CancellationToken.None));

        Assert.Equal("process failed", error.Message);
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, path))!);
        File.WriteAllText(Path.Combine(root, path), text);
    }

    private static async Task<List<string>> NamesAsync(BuildOptions options)
    {
        var tar = new MemoryStream();
        await new BuildContext(options, BuildDockerfile.Find(options)).WriteAsync(tar, CancellationToken.None);
        tar.Position = 0;
        var names = new List<string>();
        using var reader = new TarReader(tar);
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            names.Add(entry.Name);
        }

        return names.Order(StringComparer.Ordinal).ToList();
    }
}

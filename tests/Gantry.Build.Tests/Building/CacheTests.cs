using Gantry.Build.Cache;
using Gantry.Images;

namespace Gantry.Build.Tests.Building;

[Trait("Ring", "integration")]
public sealed class CacheTests : IDisposable
{
    private const string TwoStages = """
        FROM scratch AS compile
        COPY src /src
        RUN compile
        FROM scratch
        ENV A=1
        COPY --from=compile /out /app
        RUN last
        """;

    private readonly BuildLab lab = new();

    public CacheTests()
    {
        lab.Write("src/a", "one");
        lab.Executor.On("compile", step =>
        {
            // The result depends on the first line only.
            Directory.CreateDirectory(step.RootDirectory + "/out");
            File.WriteAllText(step.RootDirectory + "/out/bin", File.ReadLines(step.RootDirectory + "/src/a").First());
        });
        lab.Executor.On("last", step => File.WriteAllText(step.RootDirectory + "/last", "x"));
    }

    public void Dispose() => lab.Dispose();

    [Fact]
    public async Task Executes_nothing_and_gives_the_same_image_when_nothing_changed()
    {
        var first = await lab.BuildAsync(TwoStages);
        Assert.Equal(["COPY src /src", "RUN compile", "COPY --from=compile /out /app", "RUN last"], lab.Executed);

        File.SetLastWriteTimeUtc(Path.Combine(lab.Context, "src/a"), DateTime.UtcNow.AddHours(-1));
        lab.Open();
        var second = await lab.BuildAsync(TwoStages);
        Assert.Empty(lab.Executed);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(2, lab.Executor.Steps.Count);
        Assert.Empty(lab.Snapshots.All());
    }

    [Fact]
    public async Task Rebuilds_from_the_changed_layer_on()
    {
        await lab.BuildAsync(TwoStages);
        lab.Write("src/a", "two");
        var image = await lab.BuildAsync(TwoStages);
        Assert.Equal(["COPY src /src", "RUN compile", "COPY --from=compile /out /app", "RUN last"], lab.Executed);
        Assert.Contains("/app/bin two", await lab.ListAsync(image));
    }

    [Fact]
    public async Task Stops_at_a_stage_whose_result_is_the_same()
    {
        await lab.BuildAsync(TwoStages);
        lab.Write("src/a", "one\nand a comment");
        await lab.BuildAsync(TwoStages);
        Assert.Equal(["COPY src /src", "RUN compile"], lab.Executed);
    }

    [Theory]
    [InlineData("ENV A=1", "ENV A=2", "RUN last")]
    [InlineData("ENV A=1", "LABEL a=b\nENV A=1", "")]
    [InlineData("ENV A=1", "ENV A=1\nEXPOSE 80\nCMD x", "")]
    [InlineData("RUN last", "RUN last one", "RUN last one")]
    [InlineData("RUN last", "USER 7\nRUN last", "RUN last")]
    [InlineData("/app", "/opt", "COPY --from=compile /out /opt | RUN last")]
    [InlineData("COPY --from=compile", "COPY --from=compile --chmod=700", "COPY --from=compile --chmod=700 /out /app | RUN last")]
    [InlineData("COPY --from=compile", "COPY --from=0", "")]
    public async Task Depends_on_what_matters_only(string before, string after, string executed)
    {
        await lab.BuildAsync(TwoStages);
        await lab.BuildAsync(TwoStages.Replace(before, after));
        Assert.Equal(executed.Length == 0 ? [] : executed.Split(" | "), lab.Executed);
    }

    [Fact]
    public async Task Sees_modes_names_links_and_new_files_but_not_ignored_ones()
    {
        lab.Write(".dockerignore", "*.log");
        lab.Link("src/l", "a");
        const string dockerfile = "FROM scratch\nCOPY . /x\n";
        await lab.BuildAsync(dockerfile);
        await Changes(false, () => lab.Write("src/b.log"), "*.log stays out only at the top");
        await Changes(true, () => lab.Write("src/b"));
        await Changes(true, () => File.SetUnixFileMode(Path.Combine(lab.Context, "src/b"), UnixFileMode.UserRead));
        await Changes(true, () => File.Move(Path.Combine(lab.Context, "src/b"), Path.Combine(lab.Context, "src/c")));
        await Changes(true, () =>
        {
            File.Delete(Path.Combine(lab.Context, "src/l"));
            lab.Link("src/l", "c");
        });
        await Changes(false, () => lab.Write("top.log"));
        await Changes(false, () => lab.Write("src/a", "one"));

        async Task Changes(bool expected, Action change, string because = "")
        {
            change();
            await lab.BuildAsync(dockerfile);
            Assert.True(expected || because.Length > 0 == lab.Executed.Count > 0, because);
        }
    }

    [Fact]
    public async Task Sees_a_change_that_keeps_size_and_time()
    {
        await lab.BuildAsync(TwoStages);
        var path = Path.Combine(lab.Context, "src/a");
        var time = File.GetLastWriteTimeUtc(path);
        lab.Write("src/a", "two");
        File.SetLastWriteTimeUtc(path, time);
        await lab.BuildAsync(TwoStages);
        Assert.NotEmpty(lab.Executed);
    }

    [Fact]
    public async Task Executes_all_without_cache()
    {
        await lab.BuildAsync(TwoStages);
        await lab.BuildAsync(TwoStages, request => request with { NoCache = true });
        Assert.Equal(4, lab.Executed.Count);
    }

    [Fact]
    public async Task Secrets_and_cache_mounts_and_certificates_and_proxies_do_not_matter()
    {
        const string dockerfile = "FROM scratch\nRUN --mount=type=secret,id=s --mount=type=cache,target=/c last\n";
        await lab.BuildAsync(dockerfile, request => request with { Secrets = new Dictionary<string, byte[]> { ["s"] = [1] } });
        await lab.BuildAsync(dockerfile.Replace("/c ", "/d "), request => request with
        {
            Secrets = new Dictionary<string, byte[]> { ["s"] = [2] },
            TrustHostCertificates = true,
            Arguments = new Dictionary<string, string?> { ["HTTP_PROXY"] = "http://p" },
        });
        Assert.Empty(lab.Executed);
    }

    [Fact]
    public async Task Does_a_step_of_two_stages_once()
    {
        await lab.BuildAsync("FROM scratch AS a\nRUN last\nFROM scratch AS b\nRUN last\nFROM scratch\nCOPY --from=a / /a\nCOPY --from=b / /b\n", request => request with { NoCache = true });
        Assert.Single(lab.Executor.Steps);
    }

    [Fact]
    public async Task Survives_the_removal_of_images_and_goes_with_prune()
    {
        var image = await lab.BuildAsync(TwoStages);
        lab.Images.Remove(image.Id.ToString(), force: true, prune: true, _ => null);
        lab.Images.CollectGarbage(lab.Snapshots.All(), lab.Builder.CachedLayers());
        await lab.BuildAsync(TwoStages);
        Assert.Empty(lab.Executed);
        Assert.True(lab.Builder.CacheRecords().Sum(record => record.Size) > 0);

        lab.Images.Remove(image.Id.ToString(), force: true, prune: true, _ => null);
        Assert.True(lab.Builder.Prune(new CachePrune { All = true }).Freed > 0);
        Assert.Empty(lab.Builder.CacheRecords());
        Assert.Empty(lab.Images.Content.All());
        await lab.BuildAsync(TwoStages);
        Assert.Equal(4, lab.Executed.Count);
    }

    [Fact]
    public async Task Prune_without_all_keeps_what_images_have()
    {
        await lab.BuildAsync("FROM scratch\nCOPY src /src\n");
        var gone = await lab.BuildAsync("FROM scratch\nRUN last\n");
        lab.Images.Remove(gone.Id.ToString(), force: true, prune: true, _ => null);
        lab.Builder.Prune(new CachePrune());
        await lab.BuildAsync("FROM scratch\nCOPY src /src\n");
        Assert.Empty(lab.Executed);
        await lab.BuildAsync("FROM scratch\nRUN last\n");
        Assert.Single(lab.Executed);
    }

    [Fact]
    public async Task Finds_base_images_by_content()
    {
        Image one = await lab.BuildAsync("FROM scratch\nCOPY src /src\n", "base");
        await lab.BuildAsync("FROM base\nRUN last\n");
        await lab.BuildAsync("FROM scratch\nLABEL other=yes\nCOPY src /src\n", "base:2");
        var image = await lab.BuildAsync("FROM base:2\nRUN last\n");
        Assert.Empty(lab.Executed);
        Assert.Equal("yes", image.Config.Config.Labels["other"]);
        Assert.Equal(one.DiffIds[0], image.DiffIds[0]);
    }
}

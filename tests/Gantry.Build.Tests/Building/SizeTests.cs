using System.Diagnostics;

namespace Gantry.Build.Tests.Building;

[Trait("Ring", "integration")]
public sealed class SizeTests : IDisposable
{
    private readonly BuildLab lab = new();

    public void Dispose() => lab.Dispose();

    [Fact]
    public async Task A_large_context_unchanged_is_answered_quickly()
    {
        for (var i = 0; i < 2_000; i++)
        {
            lab.Write($"d{i % 100}/f{i}", "content " + i);
        }

        const string dockerfile = "FROM scratch AS a\nCOPY . /x\nFROM scratch\nCOPY --from=a /x/d1 /y\n";
        lab.Write(".dockerignore", "**/*.tmp\nnode_modules\n!keep.tmp\n");
        var first = Stopwatch.StartNew();
        await lab.BuildAsync(dockerfile);
        TestContext.Current.TestOutputHelper?.WriteLine($"first {first.ElapsedMilliseconds} ms");
        await lab.BuildAsync(dockerfile);
        var unchanged = Stopwatch.StartNew();
        await lab.BuildAsync(dockerfile);
        TestContext.Current.TestOutputHelper?.WriteLine($"unchanged {unchanged.ElapsedMilliseconds} ms");
        Assert.Empty(lab.Executed);
        Assert.InRange(unchanged.ElapsedMilliseconds, 0, 3000);
    }
}

using System.Text;
using Gantry.Cli.Commands.Running;

namespace Gantry.Cli.Tests;

public sealed class DetachKeysTests
{
    [Theory]
    [InlineData(null, "abc", "abc", false)]
    [InlineData(null, "a\u0010\u0011b", "a", true)]
    [InlineData(null, "\u0010x", "\u0010x", false)]
    [InlineData(null, "\u0010\u0010\u0011", "\u0010", true)]
    [InlineData("ctrl-a,x", "\u0001x", "", true)]
    [InlineData("q", "aq", "a", true)]
    public void The_sequence_detaches_and_everything_else_goes_through(string? keys, string typed, string passed, bool detached)
    {
        var filtered = DetachKeys.Parse(keys).Filter(Encoding.ASCII.GetBytes(typed), out var left);

        Assert.Equal((passed, detached), (Encoding.ASCII.GetString(filtered), left));
    }

    [Fact]
    public void A_sequence_may_come_in_pieces()
    {
        var keys = DetachKeys.Default;

        Assert.Empty(keys.Filter([16], out var early));
        Assert.Empty(keys.Filter([17], out var late));
        Assert.Equal((false, true), (early, late));
    }

    [Fact]
    public void Unknown_keys_are_refused() => Assert.Throws<FormatException>(() => DetachKeys.Parse("ctrl-,"));
}

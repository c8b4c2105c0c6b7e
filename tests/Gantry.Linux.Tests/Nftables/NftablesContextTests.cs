using Gantry.Linux.Namespaces;
using Gantry.Linux.Nftables;

namespace Gantry.Linux.Tests.Nftables;

[Trait("Ring", "integration")]
public sealed class NftablesContextTests
{
    [Fact]
    public void A_script_takes_effect_as_a_whole_or_not_at_all_where_the_context_was_opened()
    {
        using var place = NetworkNamespace.Create();
        using var nftables = place.Run(NftablesContext.Open);
        nftables.Run("add table ip here");
        Assert.Contains("here", nftables.Query("list tables"));
        var refused = Assert.Throws<NftablesException>(() => nftables.Run("add table ip there\nadd rule ip there absent accept"));
        Assert.Contains("No such file or directory", refused.Message);
        Assert.DoesNotContain("there", nftables.Query("list tables"));
        Assert.Null(nftables.Query("list table ip there"));
        Assert.False(nftables.TryRun("nonsense"));
        using var other = NetworkNamespace.Create();
        using var elsewhere = other.Run(NftablesContext.Open);
        Assert.DoesNotContain("here", elsewhere.Query("list tables"));
    }
}

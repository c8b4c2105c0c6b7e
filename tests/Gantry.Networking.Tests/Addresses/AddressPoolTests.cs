using System.Net;
using Gantry.Core;
using Gantry.Networking.Addresses;

namespace Gantry.Networking.Tests.Addresses;

public sealed class AddressPoolTests
{
    private static readonly BridgeNetwork Network = new()
    {
        Id = new string('a', 64),
        Name = "net",
        BridgeName = "br",
        Subnet = IPNetwork.Parse("10.1.2.0/29"),
        Gateway = IPAddress.Parse("10.1.2.1"),
    };

    [Fact]
    public void Addresses_rise_and_a_released_one_comes_back_last()
    {
        var pool = new AddressPool(Network.Subnet!.Value, null, [Network.Gateway!], "net");
        Assert.Equal("10.1.2.2", Take(pool));
        Assert.Equal("10.1.2.3", Take(pool));
        pool.Release(IPAddress.Parse("10.1.2.2"));
        Assert.Equal(["10.1.2.4", "10.1.2.5", "10.1.2.6", "10.1.2.2"], Enumerable.Range(0, 4).Select(_ => Take(pool)));
        Assert.Equal(ErrorKind.Unavailable, Assert.Throws<GantryException>(() => pool.Take(null)).Kind);
    }

    [Fact]
    public void A_range_bounds_what_is_given_out_but_not_what_is_asked_for()
    {
        var pool = new AddressPool(Network.Subnet!.Value, IPNetwork.Parse("10.1.2.4/31"), [Network.Gateway!], "net");
        Assert.Equal("10.1.2.3", pool.Take(IPAddress.Parse("10.1.2.3")).ToString());
        Assert.Equal(["10.1.2.4", "10.1.2.5"], [Take(pool), Take(pool)]);
        Assert.Throws<GantryException>(() => pool.Take(null));
    }

    [Theory]
    [InlineData("10.1.2.1", ErrorKind.Conflict)]
    [InlineData("10.1.2.7", ErrorKind.Conflict)]
    [InlineData("10.1.3.1", ErrorKind.InvalidArgument)]
    [InlineData("fd00::1", ErrorKind.InvalidArgument)]
    public void Gateway_broadcast_and_foreign_addresses_are_refused(string address, ErrorKind kind) =>
        Assert.Equal(kind, Assert.Throws<GantryException>(() => new AddressPool(Network.Subnet!.Value, null, [Network.Gateway!], "net").Take(IPAddress.Parse(address))).Kind);

    [Fact]
    public void A_hardware_address_is_derived_as_Docker_does() =>
        Assert.Equal("02:42:ac:11:00:02", DerivedMacAddress.Of(IPAddress.Parse("172.17.0.2")).ToString());

    [Fact]
    public void Subnets_avoid_what_overlaps_in_either_direction()
    {
        var subnet = SubnetPool.Allocate(
            SubnetPool.Defaults,
            [IPNetwork.Parse("172.17.5.0/24"), IPNetwork.Parse("172.18.0.0/15"), IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("172.20.0.0/16")]);
        Assert.Equal("172.21.0.0/16", subnet.ToString());
    }

    [Fact]
    public void Pools_can_be_used_up() => Assert.Equal(
        ErrorKind.Unavailable,
        Assert.Throws<GantryException>(() => SubnetPool.Allocate([(IPNetwork.Parse("10.0.0.0/23"), 24)], [IPNetwork.Parse("10.0.0.0/23")])).Kind);

    private static string Take(AddressPool pool) => pool.Take(null).ToString();
}

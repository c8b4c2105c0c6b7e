using Gantry.Core;
using Gantry.Engine.Containers;

namespace Gantry.Engine.Tests;

public sealed class EndpointOptionsTests
{
    [Fact]
    public void Sysctls_become_paths_with_the_interfaces_name_left_open() =>
        Assert.Equal(
            [("net/ipv4/conf/IFNAME/log_martians", "1"), ("net/ipv6/conf/IFNAME/accept_ra", "0")],
            EndpointOptions.Switches(With("sysctls", "net.ipv4.conf.ifname.log_martians=1,net.ipv6.conf.IFNAME.accept_ra=0")));

    [Theory]
    [InlineData("net.ipv4.conf.eth0.log_martians=1")]
    [InlineData("net.ipv4.conf.IFNAME.log_martians")]
    [InlineData("kernel.shmmax.IFNAME.x=1")]
    [InlineData("net.ipv4.conf/../../../kernel.IFNAME.x=1")]
    public void Others_are_refused(string sysctl)
    {
        var error = Assert.Throws<GantryException>(() => EndpointOptions.Check(With("sysctls", sysctl), "invalid config for network net: "));
        Assert.StartsWith($"invalid config for network net: invalid endpoint settings:\nunrecognised network interface sysctl '{sysctl}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lo")]
    [InlineData("a/b")]
    [InlineData("longer-than-fifteen")]
    public void Bad_interface_names_are_refused(string name) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<GantryException>(() => EndpointOptions.Check(With("ifname", name), "invalid config for network net: ")).Kind);

    private static EndpointSettings With(string key, string value) => new() { DriverOptions = new Dictionary<string, string> { ["com.docker.network.endpoint." + key] = value } };
}

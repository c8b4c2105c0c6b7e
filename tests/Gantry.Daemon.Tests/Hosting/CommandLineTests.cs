using Gantry.Daemon.Hosting;
using Gantry.Daemon.Hosting.Configuration;

namespace Gantry.Daemon.Tests.Hosting;

public sealed class CommandLineTests
{
    [Fact]
    public void Without_arguments_everything_has_a_default()
    {
        var options = Options();
        Assert.Equal(CommandLineAction.Run, CommandLine.Parse([]).Action);
        Assert.Equal("/var/lib/gantry", options.DataRoot);
        Assert.Equal("/run/gantry", options.ExecRoot);
        Assert.Empty(options.Hosts);
        Assert.False(options.Tls.Enabled);
    }

    [Fact]
    public void Options_come_with_a_space_an_equals_sign_or_glued()
    {
        var options = Options("-H", "unix:///a.sock", "--host=unix:///b.sock", "-Hunix:///c.sock", "--data-root", "/d", "-D", "--log-format=json");
        Assert.Equal(["unix:///a.sock", "unix:///b.sock", "unix:///c.sock"], options.Hosts);
        Assert.Equal("/d", options.DataRoot);
        Assert.True(options.Debug);
        Assert.True(options.JsonLog);
    }

    [Fact]
    public void Address_pools_add_up()
    {
        var options = Options("--default-address-pool", "base=10.200.0.0/16,size=24", "--default-address-pool=base=10.201.0.0/16,size=28");
        Assert.Equal(["10.200.0.0/16 24", "10.201.0.0/16 28"], options.AddressPools.Select(pool => $"{pool.Pool} {pool.PrefixLength}"));
    }

    [Theory]
    [InlineData("unix:///a.sock", "/a.sock")]
    [InlineData("unix://", "/run/gantry/gantry.sock")]
    [InlineData("tcp://", "localhost:2375")]
    [InlineData("tcp://:1234", "localhost:1234")]
    [InlineData("tcp://0.0.0.0", "0.0.0.0:2375")]
    [InlineData("tcp://[::1]:99", "[::1]:99")]
    [InlineData("10.1.2.3:99", "10.1.2.3:99")]
    [InlineData("fd://", "fd://")]
    public void Hosts_are_dockers(string host, string address) => Assert.Equal(address, ListenAddress.Parse(host, tls: false).ToString());

    [Fact]
    public void With_tls_the_port_is_another() => Assert.Equal("a.example:2376", ListenAddress.Parse("tcp://a.example", tls: true).ToString());

    [Theory]
    [InlineData("unknown flag: --nonsense", "--nonsense")]
    [InlineData("flag needs an argument: --data-root", "--data-root")]
    [InlineData("\"gantryd\" accepts no arguments: run", "run")]
    [InlineData("invalid argument \"maybe\" for \"-D, --debug\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax", "--debug=maybe")]
    [InlineData("invalid argument \"x\" for \"--mtu\" flag: strconv.ParseInt: parsing \"x\": invalid syntax", "--mtu", "x")]
    [InlineData("invalid argument \"base=10.0.0.0/16,size=8\" for \"--default-address-pool\" flag: invalid default address pool \"base=10.0.0.0/16,size=8\": write base=CIDR,size=PREFIX", "--default-address-pool", "base=10.0.0.0/16,size=8")]
    public void Mistakes_are_named(string message, params string[] arguments) =>
        Assert.Equal(message, Assert.Throws<CommandLineException>(() => CommandLine.Parse(arguments)).Message);

    [Fact]
    public void Dockerds_own_flags_are_taken()
    {
        var options = Options("--containerd=/run/containerd/containerd.sock", "--userland-proxy=false", "--live-restore", "--storage-driver", "overlay2", "--iptables");
        Assert.Equal(4, options.Ignored.Count);
        Assert.Contains("cgroup", Assert.Throws<CommandLineException>(() => CommandLine.Parse(["--exec-opt", "native.cgroupdriver=systemd"])).Message, StringComparison.Ordinal);
    }

    private static DaemonOptions Options(params string[] arguments) => ConfigurationLoader.Load(CommandLine.Parse(arguments));
}

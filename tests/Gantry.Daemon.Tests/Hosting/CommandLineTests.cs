using Gantry.Daemon.Hosting;

namespace Gantry.Daemon.Tests.Hosting;

public sealed class CommandLineTests
{
    [Fact]
    public void Without_arguments_everything_has_a_default()
    {
        var (options, action) = CommandLine.Parse([]);
        Assert.Equal(CommandLineAction.Run, action);
        Assert.Equal("/var/lib/gantry", options.DataRoot);
        Assert.Equal("/run/gantry", options.ExecRoot);
        Assert.Empty(options.Sockets);
    }

    [Fact]
    public void Options_come_with_a_space_an_equals_sign_or_glued()
    {
        var (options, _) = CommandLine.Parse(["-H", "unix:///a.sock", "--host=unix:///b.sock", "-Hunix:///c.sock", "--data-root", "/d", "-D", "--log-format=json"]);
        Assert.Equal(["/a.sock", "/b.sock", "/c.sock"], options.Sockets);
        Assert.Equal("/d", options.DataRoot);
        Assert.True(options.Debug);
        Assert.True(options.JsonLog);
    }

    [Fact]
    public void Address_pools_add_up()
    {
        var (options, _) = CommandLine.Parse(["--default-address-pool", "base=10.200.0.0/16,size=24", "--default-address-pool=base=10.201.0.0/16,size=28"]);
        Assert.Equal(["10.200.0.0/16 24", "10.201.0.0/16 28"], options.AddressPools.Select(pool => $"{pool.Pool} {pool.PrefixLength}"));
    }

    [Theory]
    [InlineData("unknown flag: --nonsense", "--nonsense")]
    [InlineData("flag needs an argument: --data-root", "--data-root")]
    [InlineData("\"gantryd\" accepts no arguments: run", "run")]
    [InlineData("invalid host \"tcp://0.0.0.0:2375\": only unix:// sockets are served", "-H", "tcp://0.0.0.0:2375")]
    [InlineData("invalid default address pool \"base=10.0.0.0/16,size=8\": write base=CIDR,size=PREFIX", "--default-address-pool", "base=10.0.0.0/16,size=8")]
    public void Mistakes_are_named(string message, params string[] arguments) =>
        Assert.Equal(message, Assert.Throws<CommandLineException>(() => CommandLine.Parse(arguments)).Message);
}

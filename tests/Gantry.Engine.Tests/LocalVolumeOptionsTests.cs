using Gantry.Core;
using Gantry.Engine.Volumes;

namespace Gantry.Engine.Tests;

public sealed class LocalVolumeOptionsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("foo=bar", "invalid option: \"foo\"")]
    [InlineData("type=tmpfs", "missing required option: \"device\"")]
    [InlineData("device=x", "missing required option: \"type\"")]
    [InlineData("o=size=1m", "missing required option: \"device\"")]
    [InlineData("size=10m", "quota size requested but no quota support")]
    [InlineData("size=x", "invalid size: 'x'")]
    public void Bad_ones_are_refused_in_Dockers_words(string option, string message)
    {
        var parts = option.Split('=', 2);
        var error = Assert.Throws<GantryException>(() => LocalVolumeOptions.Parse(new Dictionary<string, string> { [parts[0]] = parts[1] }));
        Assert.Equal((ErrorKind.InvalidArgument, message), (error.Kind, error.Message));
    }

    [Fact]
    public void None_are_a_plain_folder() => Assert.Null(LocalVolumeOptions.Parse(new Dictionary<string, string>()));

    [Theory]
    [InlineData("nfs", ":/x", "addr=localhost,rw", ":/x", "addr=127.0.0.1,rw")]
    [InlineData("nfs", ":/x", "addr=192.0.2.1,rw", ":/x", "addr=192.0.2.1,rw")]
    [InlineData("cifs", "//localhost/share/a", "username=u", "//127.0.0.1/share/a", "username=u")]
    [InlineData("tmpfs", "tmpfs", "addr=localhost", "tmpfs", "addr=localhost")]
    public async Task Names_of_servers_become_addresses(string type, string device, string options, string wantedDevice, string wantedOptions)
    {
        var resolved = await new LocalVolumeOptions(type, device, options).ResolveAsync(None);
        Assert.Equal(new LocalVolumeOptions(type, wantedDevice, wantedOptions), resolved);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_said()
    {
        var error = await Assert.ThrowsAsync<GantryException>(() => new LocalVolumeOptions("nfs", ":/x", "addr=no.such.host.invalid").ResolveAsync(None));
        Assert.StartsWith("error resolving passed in network volume address: lookup no.such.host.invalid", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_stays_out_of_messages() =>
        Assert.Equal("data: username=u,password=********", new LocalVolumeOptions("cifs", "//h/s", "username=u,password=secret").Censor("data: username=u,password=secret"));
}

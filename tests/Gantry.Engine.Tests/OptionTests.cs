using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Logs;
using Gantry.Runtime;

namespace Gantry.Engine.Tests;

/// <summary>The small grammars of a run's options.</summary>
public class OptionTests
{
    [Theory]
    [InlineData("10.1.1.1", null, "invalid config for network n: invalid endpoint settings:\nno configured subnet or ip-range contain the IP address 10.1.1.1")]
    [InlineData("nope", null, "invalid config for network n: invalid endpoint settings:\n* invalid IPv4 address: nope\n* no configured subnet or ip-range contain the IP address nope")]
    [InlineData(null, "nope", "invalid config for network n: invalid MAC address nope")]
    public void Places_in_networks_that_cannot_be(string? address, string? mac, string message)
    {
        var network = new Networks.Network { Id = "1", Created = default, Settings = new Networks.NetworkSettings { Name = "n", Pools = [new Networks.IpamPool("10.2.0.0/24", null, null)] } };
        var endpoint = new EndpointSettings { IPv4Address = address, MacAddress = mac };
        Assert.Equal(message, Assert.Throws<GantryException>(() => EndpointCheck.Check(network, endpoint, "invalid config for network n: ")).Message);
    }

    [Fact]
    public void A_network_that_is_not_there_yet_takes_any_address() =>
        EndpointCheck.Check(null, new EndpointSettings { IPv4Address = "10.1.1.1", Aliases = ["a"] }, "");

    [Theory]
    [InlineData(true, "", "", "label=disable")]
    [InlineData(false, "host", "", "label=disable")]
    [InlineData(false, "", "host", "label=disable")]
    [InlineData(false, "", "private", "")]
    public void Containers_as_open_as_the_host_have_no_label(bool privileged, string pid, string ipc, string added)
    {
        var host = new HostSettings { Privileged = privileged, PidMode = pid, IpcMode = ipc };
        Assert.Equal(added, string.Join(' ', SecurityOptions.Implied(host)));
        Assert.Empty(SecurityOptions.Implied(host with { SecurityOpt = ["label=type:x"] }));
    }

    [Theory]
    [InlineData(false, "", true, "docker-default")]
    [InlineData(true, "", true, "unconfined")]
    [InlineData(false, "apparmor=unconfined", true, "unconfined")]
    [InlineData(true, "apparmor=own", true, "own")]
    [InlineData(false, "apparmor:own", true, "own")]
    [InlineData(false, "apparmor=", true, "docker-default")]
    [InlineData(false, "apparmor=own", false, null)]
    public void AppArmor_profiles(bool privileged, string option, bool enabled, string? profile) =>
        Assert.Equal(profile, SecurityOptions.AppArmorProfile(new HostSettings { Privileged = privileged, SecurityOpt = option.Length > 0 ? [option] : [] }, enabled));

    [Theory]
    [InlineData("nope")]
    [InlineData("80/icmp")]
    public void Exposed_ports_that_are_none(string text) => Assert.Null(ContainerPort.TryParse(text));

    [Theory]
    [InlineData("", true, false, null)]
    [InlineData("ro,rslave,z", false, false, "rslave")]
    [InlineData("nocopy,rw", true, true, null)]
    public void Bind_modes(string mode, bool writable, bool noCopy, string? propagation) =>
        Assert.Equal(new BindMode(writable, noCopy, propagation), BindMode.Parse(mode));

    [Theory]
    [InlineData("ro,rw")]
    [InlineData("bogus")]
    [InlineData("shared,private")]
    [InlineData("ro,")]
    public void Bind_modes_that_are_none(string mode) =>
        Assert.Equal($"invalid mode: {mode}", Assert.Throws<GantryException>(() => BindMode.Parse(mode)).Message);

    [Theory]
    [InlineData("no-new-privileges", true)]
    [InlineData("no-new-privileges:true", true)]
    [InlineData("no-new-privileges=false", false)]
    [InlineData("label=disable", false)]
    public void Switches_of_security_options(string option, bool on)
    {
        SecurityOptions.Check(option);
        Assert.Equal(on, SecurityOptions.Flag([option], "no-new-privileges"));
    }

    [Theory]
    [InlineData("writable-cgroups", true)]
    [InlineData("writable-cgroups=true", true)]
    [InlineData("writable-cgroups=false", false)]
    public void Cgroups_may_be_writable(string option, bool writable)
    {
        SecurityOptions.Check(option);
        Assert.Equal(writable, SecurityOptions.Flag([option], "writable-cgroups"));
        Assert.Throws<GantryException>(() => SecurityOptions.Check("writable-cgroups=potato"));
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData(".", "/.")]
    [InlineData("./", "/.")]
    [InlineData("/./", "/.")]
    [InlineData("/a/../b/", "/b/")]
    [InlineData("a/.", "/a/.")]
    [InlineData("a/b.", "/a/b.")]
    public void A_path_to_copy_keeps_what_its_end_says(string path, string text) => Assert.Equal(text, new ContainerPath(path).Text);

    [Theory]
    [InlineData("/", null, null)]
    [InlineData("/var", null, null)]
    [InlineData("/var/lib/gantry/volumes/x", "rshared", null)]
    [InlineData("/var/lib/gantry", "rslave", null)]
    [InlineData("/var/lib/gantry", "private", "private")]
    [InlineData("/", "slave", "slave")]
    [InlineData("/srv", "private", null)]
    public void The_daemons_own_folder_is_bound_as_the_hosts_slave(string source, string? asked, string? refused)
    {
        var root = new DaemonRoot("/var/lib/gantry");
        Assert.Equal(source != "/srv", root.Touches(source));
        var error = Record.Exception(() => root.Check(source, asked));
        Assert.Equal(refused is null ? null : $"invalid mount config: must use either propagation mode \"rslave\" or \"rshared\" when mount source is within the daemon root, daemon root: \"/var/lib/gantry\", bind mount source: \"{source}\", propagation: \"{refused}\"", error?.Message);
    }

    [Fact]
    public void A_seccomp_profile_may_hold_colons_and_equal_signs() =>
        Assert.Equal("{\"a\":\"b=c\"}", SecurityOptions.Find(["seccomp={\"a\":\"b=c\"}"], "seccomp"));

    [Fact]
    public void The_least_memory_limit_comes_before_what_it_has_to_do_with_others() =>
        Assert.Equal("Minimum memory limit allowed is 6MB", Assert.Throws<GantryException>(() => ResourceCheck.CheckLeast(new ResourceLimits { Memory = 1, MemorySwap = 2 })).Message);

    [Fact]
    public void What_the_kernel_cannot_do_is_left_out_with_a_warning()
    {
        var (limits, warnings) = ResourceCheck.Check(new ResourceLimits { OomKillDisable = true, BlkioWeight = 300 }, 0);
        Assert.Equal(KernelSupport.BlockWeight ? 300 : null, limits.BlkioWeight);
        Assert.Contains(warnings, warning => warning.StartsWith("OOM killer is disabled", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{{.Name}}/{{.ID}}", "web/0123456789ab")]
    [InlineData("plain", "plain")]
    [InlineData("{{ .ImageName }}", "nginx")]
    [InlineData("", "0123456789ab")]
    public void Tags(string template, string expected) => Assert.Equal(expected, LogTag.Expand(Logging(("tag", template)), "{{.ID}}"));

    [Fact]
    public void Syslog_addresses()
    {
        Assert.Equal(new SyslogAddress("udp", "127.0.0.1", 514, ""), SyslogAddress.Parse("udp://"));
        Assert.Equal(new SyslogAddress("tcp", "host", 99, ""), SyslogAddress.Parse("tcp://host:99"));
        Assert.Equal(new SyslogAddress("tcp+tls", "::1", 514, ""), SyslogAddress.Parse("tcp+tls://[::1]"));
        Assert.Equal("stat /nosuch: no such file or directory", Assert.Throws<GantryException>(() => SyslogAddress.Parse("unix:///nosuch")).Message);
    }

    [Fact]
    public async Task The_journal_gets_its_native_fields()
    {
        var folder = Directory.CreateTempSubdirectory("journal-").FullName;
        using var journal = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        journal.Bind(new UnixDomainSocketEndPoint(folder + "/socket"));
        using var sink = new JournalSink(Logging(("labels", "com.example.team")), folder + "/socket");
        await sink.OpenAsync(TestContext.Current.CancellationToken);
        await sink.SendAsync(new LogEntry(LogSource.Stderr, DateTimeOffset.UnixEpoch, "two\nlines\n"u8.ToArray()) { TimeText = "1970" }, TestContext.Current.CancellationToken);
        await sink.SendAsync(new LogEntry(LogSource.Stdout, DateTimeOffset.UnixEpoch, "piece"u8.ToArray()) { TimeText = "1970" }, TestContext.Current.CancellationToken);
        var first = await ReceiveAsync(journal);
        Assert.Equal(("two\nlines", "3", "web", "0123456789ab", "blue"), (first["MESSAGE"], first["PRIORITY"], first["CONTAINER_NAME"], first["SYSLOG_IDENTIFIER"], first["COM_EXAMPLE_TEAM"]));
        Assert.False(first.ContainsKey("CONTAINER_PARTIAL_MESSAGE"));
        var second = await ReceiveAsync(journal);
        Assert.Equal(("piece", "6", "true"), (second["MESSAGE"], second["PRIORITY"], second["CONTAINER_PARTIAL_MESSAGE"]));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<Dictionary<string, string>> ReceiveAsync(Socket journal)
    {
        var datagram = new byte[4096];
        var rest = datagram.AsMemory(0, await journal.ReceiveAsync(datagram, TestContext.Current.CancellationToken));
        var fields = new Dictionary<string, string>();
        while (!rest.IsEmpty)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest.Span[(end + 1)..]);
            fields[Encoding.ASCII.GetString(rest.Span[..end])] = Encoding.UTF8.GetString(rest.Span.Slice(end + 9, length));
            rest = rest[(end + 9 + length + 1)..];
        }

        return fields;
    }

    private static Container Logging(params (string Name, string Value)[] options) => new()
    {
        Id = ContainerId.Parse("0123456789ab" + new string('0', 52), null),
        Name = "web",
        Created = DateTimeOffset.UnixEpoch,
        ImageId = Digest.Of("image"u8),
        ManifestId = Digest.Of("image"u8),
        Platform = Platform.Host,
        Settings = new ContainerSettings
        {
            Image = "nginx",
            Labels = new Dictionary<string, string> { ["com.example.team"] = "blue" },
            Host = new HostSettings { LogDriver = "journald", LogOptions = options.ToDictionary(option => option.Name, option => option.Value) },
        },
        Args = ["web"],
    };
}

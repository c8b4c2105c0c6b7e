using Gantry.Compose.Loading;
using Gantry.Compose.Output;
using Gantry.Compose.Schema;

namespace Gantry.Compose.Tests.Loading;

public class ShortSyntaxTests
{
    private static readonly Position Here = new("f", 1, 1);

    [Theory]
    [InlineData("80", "ingress//80//tcp")]
    [InlineData("8080:80", "ingress//80/8080/tcp")]
    [InlineData("127.0.0.1:8080:80/udp", "ingress/127.0.0.1/80/8080/udp")]
    [InlineData("127.0.0.1::80", "ingress/127.0.0.1/80//tcp")]
    [InlineData("[::1]:8080:80", "ingress/::1/80/8080/tcp")]
    [InlineData("90-91:80-81", "ingress//80/90/tcp ingress//81/91/tcp")]
    [InlineData("80-81", "ingress//80//tcp ingress//81//tcp")]
    [InlineData("90-95:80", "ingress//80/90-95/tcp")]
    public void Ports(string text, string expected)
    {
        var ports = PortSyntax.Expand(new ListNode(Here, [new ScalarNode(Here, text)]), "").Items;
        Assert.Equal(expected, string.Join(' ', ports.Select(port => string.Join('/', ((string[])["mode", "host_ip", "target", "published", "protocol"]).Select(key => port.Get(key).Text)))));
    }

    [Theory]
    [InlineData("a:b", "Invalid containerPort: b")]
    [InlineData("70000:80", "Invalid hostPort: 70000")]
    [InlineData("80-81:90-95", "Invalid ranges specified for container and host Ports: 90-95 and 80-81")]
    [InlineData("80/icmp", "invalid proto: icmp")]
    public void Bad_ports(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => PortSyntax.Expand(new ListNode(Here, [new ScalarNode(Here, text)]), "").Items.ToList()).Message);

    [Theory]
    [InlineData("/data", """{"type":"volume","target":"/data","volume":{}}""")]
    [InlineData("v:/data:ro", """{"type":"volume","source":"v","target":"/data","read_only":true,"volume":{}}""")]
    [InlineData("./a:/data/", """{"type":"bind","source":"./a","target":"/data","bind":{"create_host_path":true}}""")]
    [InlineData("/a:/b:ro,z,rslave", """{"type":"bind","source":"/a","target":"/b","read_only":true,"bind":{"selinux":"z","propagation":"rslave","create_host_path":true}}""")]
    [InlineData("~/x:/y", """{"type":"bind","source":"~/x","target":"/y","bind":{"create_host_path":true}}""")]
    public void Volumes(string text, string expected)
    {
        var shape = ServiceSchema.Service.Property("volumes")!.Item!;
        Assert.Equal(expected, JsonText.Write((MapNode)VolumeSyntax.Expand(new ScalarNode(Here, text), ""), shape, indented: false));
    }

    [Theory]
    [InlineData("a b  c", "a|b|c")]
    [InlineData("sh -c 'a \"b\" c'", "sh|-c|a \"b\" c")]
    [InlineData("a \"b \\\" c\" d\\ e", "a|b \" c|d e")]
    [InlineData("'' x", "|x")]
    public void Commands(string line, string expected) => Assert.Equal(expected, string.Join('|', ShellWords.Split(line)));

    [Fact]
    public void A_command_with_an_open_quote_is_refused() => Assert.Throws<FormatException>(() => ShellWords.Split("a 'b"));

    [Theory]
    [InlineData("1", 1L)]
    [InlineData("0644", 420L)]
    [InlineData("0o17", 15L)]
    [InlineData("0x1F", 31L)]
    [InlineData("1_000", 1000L)]
    [InlineData("1.5", 1.5)]
    [InlineData("1e3", 1000.0)]
    [InlineData("true", true)]
    [InlineData("yes", "yes")]
    [InlineData("~", null)]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("22:22", "22:22")]
    [InlineData("-", "-")]
    [InlineData("099", 99.0)]
    public void Plain_scalars(string text, object? expected) => Assert.Equal(expected, ScalarResolver.Resolve(text));
}

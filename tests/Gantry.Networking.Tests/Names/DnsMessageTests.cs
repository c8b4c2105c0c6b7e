using System.Net;
using Gantry.Networking.Names;
using Gantry.Networking.Tests.Support;

namespace Gantry.Networking.Tests.Names;

public sealed class DnsMessageTests
{
    [Fact]
    public void A_question_is_read_with_its_payload_size()
    {
        var query = DnsQuery.TryParse(Questions.Query("Web.MyNet", Questions.A, 1400))!;
        Assert.Equal(("web.mynet", 1, 1, 1400), (query.Name, query.Type, query.Class, (int)query.PayloadSize!));
        Assert.Null(DnsQuery.TryParse(Questions.Query("web", Questions.A))!.PayloadSize);
    }

    [Fact]
    public void Nothing_malformed_is_read()
    {
        var whole = Questions.Query("web.mynet", Questions.A);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Null(DnsQuery.TryParse(whole.AsMemory(0, length)));
        }

        Assert.Null(DnsQuery.TryParse(Upstream.Answer(whole, 0, 1)));
        Assert.Null(DnsQuery.TryParse((byte[])[.. whole[..12], 0xc0, 12, 0, 1, 0, 1]));
    }

    [Theory]
    [InlineData(null, 512, 29)]
    [InlineData((ushort)1232, 1232, 74)]
    public void Too_many_addresses_are_cut_at_the_limit_and_marked(ushort? payloadSize, int limit, int expected)
    {
        var query = DnsQuery.TryParse(Questions.Query("web.net", Questions.A, payloadSize))!;
        var addresses = Enumerable.Range(0, 100).Select(number => new IPAddress([10, 0, 0, (byte)number])).ToArray();
        var answer = DnsResponse.Addresses(query, addresses, limit);
        var (_, truncated, records) = Questions.Read(answer);
        Assert.True(truncated);
        Assert.InRange(records.Count, expected - 2, expected + 2);
        Assert.True(answer.Length <= limit);
        Assert.Equal(payloadSize is null ? 0 : 1, answer[11]);
        Assert.False(Questions.Read(DnsResponse.Addresses(query, addresses, ushort.MaxValue)).Truncated);
    }

    [Fact]
    public void An_answer_to_another_question_is_none()
    {
        var query = Questions.Query("Example.COM", Questions.A);
        Assert.True(DnsQuery.TryParse(query)!.IsAnsweredBy(Upstream.Answer(Questions.Query("example.com", Questions.A), 0, 1)));
        Assert.False(DnsQuery.TryParse(query)!.IsAnsweredBy(Upstream.Answer(Questions.Query("example.org", Questions.A), 0, 1)));
        Assert.False(DnsQuery.TryParse(query)!.IsAnsweredBy(query));
    }

    [Fact]
    public void A_shared_name_begins_with_another_address_each_time()
    {
        var table = new NameTable();
        table.Add(["web"], IPAddress.Parse("10.0.0.1"));
        table.Add(["WEB"], IPAddress.Parse("10.0.0.2"));
        Assert.Equal(2, Enumerable.Range(0, 4).Select(_ => table.FindAddresses("web")![0]).Distinct().Count());
        table.Remove(["web"], IPAddress.Parse("10.0.0.1"));
        Assert.Equal([IPAddress.Parse("10.0.0.2")], table.FindAddresses("Web"));
        table.Remove(["web"], IPAddress.Parse("10.0.0.2"));
        Assert.Null(table.FindAddresses("web"));
    }

    [Fact]
    public void The_hosts_resolvers_are_read_again_when_they_change()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "search x\nnameserver 192.0.2.1\nnameserver\t2001:db8::1 \n# nameserver 192.0.2.9\n");
            var configuration = new ResolverConfiguration(path);
            Assert.Equal(["192.0.2.1", "2001:db8::1"], configuration.Servers.Select(server => server.ToString()));
            File.WriteAllText(path, "nameserver 192.0.2.2\n");
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(3));
            Assert.Equal(["192.0.2.2"], configuration.Servers.Select(server => server.ToString()));
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Empty(new ResolverConfiguration(path).Servers);
    }
}

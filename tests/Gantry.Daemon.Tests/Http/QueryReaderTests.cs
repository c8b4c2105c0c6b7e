using Gantry.Core;
using Gantry.Daemon.Http;
using Microsoft.AspNetCore.Http;

namespace Gantry.Daemon.Tests.Http;

public sealed class QueryReaderTests
{
    [Theory]
    [InlineData("?a=1", true)]
    [InlineData("?a=true", true)]
    [InlineData("?a=True", true)]
    [InlineData("?a=yes", true)]
    [InlineData("?a=anything", true)]
    [InlineData("?a=0", false)]
    [InlineData("?a=false", false)]
    [InlineData("?a=FALSE", false)]
    [InlineData("?a=no", false)]
    [InlineData("?a=None", false)]
    [InlineData("?a=%20", false)]
    [InlineData("?a=", false)]
    [InlineData("", false)]
    public void Booleans_are_Dockers(string query, bool expected) => Assert.Equal(expected, Reader(query).Flag("a"));

    [Fact]
    public void An_absent_boolean_takes_its_fallback_and_an_empty_one_is_false()
    {
        Assert.True(Reader("").Flag("stream", true));
        Assert.False(Reader("?stream=").Flag("stream", true));
    }

    [Theory]
    [InlineData("?t=10", 10)]
    [InlineData("?t=-1", -1)]
    [InlineData("?t=", null)]
    [InlineData("", null)]
    public void Timeouts_are_whole_seconds(string query, int? expected) => Assert.Equal(expected, Reader(query).Integer("t"));

    [Theory]
    [InlineData("1.5")]
    [InlineData("ten")]
    public void A_timeout_that_is_no_number_is_refused(string value) =>
        Assert.Equal($"strconv.Atoi: parsing \"{value}\": invalid syntax", Refused(() => Reader("?t=" + value).Integer("t")));

    [Theory]
    [InlineData("""{"label":{"a=b":true,"c":true},"status":{"running":true}}""")]
    [InlineData("""{"label":["a=b","c"],"status":["running"]}""")]
    [InlineData("""{"label":{"a=b":true,"c":true,"no":false},"status":["running"]}""")]
    public void Filters_are_read_in_both_forms(string json)
    {
        var filters = Reader("?filters=" + Uri.EscapeDataString(json)).Filters();
        Assert.Equal(["a=b", "c"], filters["label"]);
        Assert.Equal(["running"], filters["status"]);
        Assert.Equal(["label", "status"], filters.Keys.Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?filters=")]
    [InlineData("?filters={}")]
    [InlineData("?filters=null")]
    public void No_filters_are_no_filters(string query) => Assert.True(Reader(query).Filters().IsEmpty);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{\"label\":\"a\"}")]
    [InlineData("{\"label\":[1]}")]
    [InlineData("{\"label\":{\"a\":\"yes\"}}")]
    public void Filters_of_another_shape_are_refused(string json) =>
        Assert.Equal("invalid filter", Refused(() => Reader("?filters=" + Uri.EscapeDataString(json)).Filters()));

    [Theory]
    [InlineData("1700000000", "2023-11-14T22:13:20Z")]
    [InlineData("1700000000.5", "2023-11-14T22:13:20.5Z")]
    [InlineData("2023-11-14T22:13:20Z", "2023-11-14T22:13:20Z")]
    [InlineData("10m", "2024-01-01T00:50:00Z")]
    public void Moments_are_seconds_instants_or_durations_ago(string text, string expected)
    {
        var clock = new FixedClock(new DateTimeOffset(2024, 1, 1, 1, 0, 0, TimeSpan.Zero));
        Assert.Equal(expected, Timestamp.Format(Reader("?since=" + text).Moment("since", clock)));
    }

    [Theory]
    [InlineData("24", null)]
    [InlineData("4294967295", null)]
    [InlineData("", "invalid syntax")]
    [InlineData("5x", "invalid syntax")]
    [InlineData("-", "invalid syntax")]
    [InlineData("-100", "value out of range")]
    [InlineData("4294967296", "value out of range")]
    [InlineData("99999999999999999999999", "value out of range")]
    public void Sizes_of_a_terminal_are_32_bits_wide(string height, string? refusal)
    {
        if (refusal is null)
        {
            Assert.Equal(80, Reader($"?h={height}&w=80").TerminalSize().Width);
            return;
        }

        Assert.Equal($"invalid resize height \"{height}\": {refusal}", Refused(() => Reader($"?h={height}&w=80").TerminalSize()));
        Assert.Equal($"invalid resize width \"{height}\": {refusal}", Refused(() => Reader($"?w={height}&h=80").TerminalSize()));
    }

    [Fact]
    public void Platforms_are_names() => Assert.Equal("linux/arm64", Reader("?platform=linux/arm64").Platform().ToString());

    [Fact]
    public void Platforms_are_JSON_where_newer_calls_take_them()
    {
        Assert.Equal("linux/arm/v7", Json("""{"os":"linux","architecture":"arm","variant":"v7"}""").ToString());
        Assert.Null(Reader("").JsonPlatform());
        foreach (var bad in (string[])["nope", "linux/amd64", "[]", "{}", """{"os":5}"""])
        {
            Assert.StartsWith("failed to parse platform", Assert.Throws<GantryException>(() => Json(bad)).Message, StringComparison.Ordinal);
        }

        static Platform? Json(string text) => Reader("?platform=" + Uri.EscapeDataString(text)).JsonPlatform();
    }

    [Fact]
    public void Build_arguments_keep_the_difference_between_null_and_empty()
    {
        var map = Reader("?buildargs=" + Uri.EscapeDataString("""{"A":"1","B":"","C":null}""")).Map("buildargs");
        Assert.Equal("1", map["A"]);
        Assert.Equal("", map["B"]);
        Assert.Null(map["C"]);
    }

    [Theory]
    [InlineData("?x=%5B%22a%22%2C%22b%22%5D")]
    [InlineData("?x=a&x=b")]
    [InlineData("?x=a,b")]
    public void Lists_come_in_three_forms(string query) => Assert.Equal(["a", "b"], Reader(query).List("x"));

    private static string Refused(Func<object?> read)
    {
        var error = Assert.Throws<GantryException>(() => read());
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        return error.Message;
    }

    private static QueryReader Reader(string query)
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new QueryString(query);
        return new QueryReader(http.Request);
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

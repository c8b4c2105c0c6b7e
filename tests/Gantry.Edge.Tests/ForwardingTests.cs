using System.Net;
using System.Text;
using Gantry.Edge.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace Gantry.Edge.Tests;

public sealed class ForwardingTests
{
    [Fact]
    public async Task The_server_learns_who_asked_and_a_client_cannot_pretend()
    {
        await using var app = await AppServer.StartAsync("a", EchoHeaders);
        await using var edge = await Servers.Edge.StartAsync([app.Address]);
        var request = new HttpRequestMessage(HttpMethod.Get, "/x");
        request.Headers.Host = "shop.test";
        request.Headers.Add("X-Forwarded-For", "6.6.6.6");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Real-IP", "6.6.6.6");
        request.Headers.Add("Connection", "X-Secret-Hop");
        request.Headers.Add("X-Secret-Hop", "1");
        request.Headers.Add("X-Kept", "ü");

        var seen = await (await edge.Client.SendAsync(request)).Content.ReadAsStringAsync();

        Assert.Contains("Host=shop.test\n", seen, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-For=127.0.0.1\n", seen, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Proto=http\n", seen, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Host=shop.test\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("6.6.6.6", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Secret-Hop", seen, StringComparison.Ordinal);
        Assert.Contains("X-Kept=ü\n", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trusted_proxy_in_front_is_believed_one_entry_deep()
    {
        await using var app = await AppServer.StartAsync("a", EchoHeaders);
        await using var edge = await Servers.Edge.StartAsync([app.Address], top: "\"forwarding\": { \"trustedHops\": 1, \"forwarded\": true }, ");
        var request = new HttpRequestMessage(HttpMethod.Get, "/x");
        request.Headers.Add("X-Forwarded-For", "6.6.6.6, 9.9.9.9");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Request-Id", "given-1");

        var response = await edge.Client.SendAsync(request);
        var seen = await response.Content.ReadAsStringAsync();

        Assert.Contains("X-Forwarded-For=9.9.9.9, 127.0.0.1\n", seen, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Proto=https\n", seen, StringComparison.Ordinal);
        Assert.Contains("Forwarded=for=9.9.9.9;", seen, StringComparison.Ordinal);
        Assert.Contains("X-Request-Id=given-1\n", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("given-1", Assert.Single(response.Headers.GetValues("X-Request-Id")));
    }

    [Theory]
    [InlineData("/a%20b/c%2Fd?q=%41&r=a+b", "/a%20b/c%2Fd?q=%41&r=a+b")]
    [InlineData("/a;b=c/$&'()*,=:@", "/a;b=c/$&'()*,=:@")]
    [InlineData("/x/../api", "/api")]
    public async Task The_target_arrives_as_it_was_sent_but_for_dot_segments(string sent, string arrived)
    {
        await using var app = await AppServer.StartAsync("a", context =>
            context.Response.WriteAsync(context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget));
        await using var edge = await Servers.Edge.StartAsync([app.Address]);
        var target = new Uri(edge.Client.BaseAddress!.ToString().TrimEnd('/') + sent, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        Assert.Equal(arrived, await edge.Client.GetStringAsync(target));
    }

    [Fact]
    public async Task Text_is_compressed_and_small_or_encoded_answers_are_not()
    {
        var big = new string('x', 5000);
        await using var app = await AppServer.StartAsync("a", async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ETag = "\"1\"";
            if (context.Request.Path == "/encoded")
            {
                context.Response.Headers.ContentEncoding = "zstd";
            }

            var text = context.Request.Path == "/small" ? "{}" : big;
            context.Response.ContentLength = text.Length;
            await context.Response.WriteAsync(text);
        });
        await using var edge = await Servers.Edge.StartAsync([app.Address], top: "\"compression\": { }, ");
        using var plain = await GetAsync(edge, "/big", "identity");
        using var gzip = await GetAsync(edge, "/big", "gzip, br;q=0");
        using var brotli = await GetAsync(edge, "/big", "gzip, deflate, br");
        using var small = await GetAsync(edge, "/small", "br");
        using var encoded = await GetAsync(edge, "/encoded", "br");

        Assert.Equal(["", "gzip", "br", "", "zstd"], new[] { plain, gzip, brotli, small, encoded }.Select(each => string.Join(",", each.Content.Headers.ContentEncoding)));
        Assert.Equal("Accept-Encoding", Assert.Single(plain.Headers.Vary));
        Assert.Equal("W/\"1\"", brotli.Headers.ETag?.ToString());
        await using var decoded = new System.IO.Compression.BrotliStream(await brotli.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
        Assert.Equal(big, await new StreamReader(decoded).ReadToEndAsync());
    }

    [Fact]
    public async Task Events_arrive_while_the_answer_goes_on()
    {
        var more = new TaskCompletionSource();
        await using var app = await AppServer.StartAsync("a", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await more.Task;
            await context.Response.WriteAsync("data: 2\n\n");
        });
        await using var edge = await Servers.Edge.StartAsync([app.Address], top: "\"compression\": { }, ");
        edge.Client.DefaultRequestHeaders.Add("Accept-Encoding", "br");
        using var reader = new StreamReader(await edge.Client.GetStreamAsync("/events"));
        Assert.Equal("data: 1", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(5)));
        more.SetResult();
        Assert.Contains("data: 2", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_with_or_without_a_length()
    {
        await using var app = await AppServer.StartAsync("a", async context => await context.Request.Body.CopyToAsync(Stream.Null));
        await using var edge = await Servers.Edge.StartAsync([app.Address], top: "\"limits\": { \"body\": \"10KB\" }, ");
        var declared = await edge.Client.PostAsync("/", new ByteArrayContent(new byte[20_000]));
        var chunked = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(new byte[200_000]) };
        chunked.Headers.TransferEncodingChunked = true;
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, declared.StatusCode);
        Assert.Equal("application/problem+json", declared.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await edge.Client.SendAsync(chunked)).StatusCode);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_costs_a_504()
    {
        await using var app = await AppServer.StartAsync("a", context => Task.Delay(5000, context.RequestAborted));
        await using var edge = await Servers.Edge.StartAsync([app.Address], route: "\"timeout\": \"200ms\", ");
        Assert.Equal(HttpStatusCode.GatewayTimeout, (await edge.Client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_large_body_streams_both_ways()
    {
        // The client sends all before it reads: a server that answered meanwhile would wait for it once the sockets are full.
        await using var app = await AppServer.StartAsync("a", async context =>
        {
            using var received = new MemoryStream();
            await context.Request.Body.CopyToAsync(received);
            received.Position = 0;
            await received.CopyToAsync(context.Response.Body);
        });
        await using var edge = await Servers.Edge.StartAsync([app.Address]);
        var bytes = new byte[8 << 20];
        Random.Shared.NextBytes(bytes);
        var response = await edge.Client.PostAsync("/", new ByteArrayContent(bytes));
        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Security_headers_are_there_unless_the_server_has_its_own_or_they_are_taken_away()
    {
        await using var app = await AppServer.StartAsync("a", context =>
        {
            context.Response.Headers["X-Frame-Options"] = "SAMEORIGIN";
            return Task.CompletedTask;
        });
        await using var edge = await Servers.Edge.StartAsync([app.Address], top: "\"securityHeaders\": { \"Referrer-Policy\": null, \"Content-Security-Policy\": \"default-src 'self'\" }, ");
        var headers = (await edge.Client.GetAsync("/")).Headers;
        Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("SAMEORIGIN", Assert.Single(headers.GetValues("X-Frame-Options")));
        Assert.Equal("default-src 'self'", Assert.Single(headers.GetValues("Content-Security-Policy")));
        Assert.False(headers.Contains("Referrer-Policy"));
    }

    private static Task EchoHeaders(HttpContext context)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in context.Request.Headers)
        {
            text.Append(name).Append('=').Append(value).Append('\n');
        }

        return context.Response.WriteAsync(text.ToString());
    }

    private static Task<HttpResponseMessage> GetAsync(Servers.Edge edge, string path, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accept);
        return edge.Client.SendAsync(request);
    }
}

using System.Net;
using System.Text;
using Gantry.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gantry.Registry.Tests;

/// <summary>Searches of an index, and downloads, against a small server of the tests' own.</summary>
public sealed class WebTests : IAsyncLifetime
{
    private readonly RegistryOptions options = new();
    private WebApplication server = null!;
    private string asked = "", authorization = "";

    private string Host => new Uri(server.Urls.First()).Authority;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        server = builder.Build();
        server.MapGet("/v1/search", (HttpRequest request) =>
        {
            (asked, authorization) = (request.QueryString.Value!, request.Headers.Authorization.ToString());
            return request.Query["q"] == "broken" ? Results.Text("{")
                : request.Query["q"] == "down" ? Results.StatusCode(503)
                : Results.Text("""{"num_results":2,"query":"x","results":[{"name":"a/x","description":"an x","star_count":7,"is_official":false,"is_automated":true},{"name":"x","description":"","star_count":12,"is_official":true}]}""");
        });
        server.MapGet("/file", () => Results.Text("content", "text/plain"));
        server.MapGet("/private", (HttpRequest request) => request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:se:c@ret")) ? Results.Text("for me") : Results.StatusCode(401));
        server.MapGet("/moved", () => Results.Redirect("/file"));
        server.MapGet("/round", () => Results.Redirect("/round"));
        await server.StartAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_search_asks_the_index_that_its_term_names()
    {
        var credentials = new RegistryCredentials { Username = "me", Password = "secret" };
        var found = await new RegistrySearch(options).SearchAsync($"{Host}/a b", 3, credentials, TestContext.Current.CancellationToken);
        Assert.Equal("?q=a%20b&n=3", asked);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:secret")), authorization);
        Assert.Equal([new SearchResult("a/x", "an x", 7, false), new SearchResult("x", "", 12, true)], found);
    }

    [Theory]
    [InlineData("down", "Unexpected status code 503")]
    [InlineData("broken", "error decoding registry search results")]
    public async Task An_index_that_cannot_answer_is_told(string term, string message)
    {
        var error = await Assert.ThrowsAsync<GantryException>(() => new RegistrySearch(options).SearchAsync($"{Host}/{term}", 25, RegistryCredentials.Anonymous, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorKind.Internal, error.Kind);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_that_is_not_there_is_told_with_its_URL()
    {
        var error = await Assert.ThrowsAsync<GantryException>(() => new RegistrySearch(options).SearchAsync("127.0.0.1:1/x", 25, RegistryCredentials.Anonymous, TestContext.Current.CancellationToken));
        Assert.StartsWith("Get \"http://127.0.0.1:1/v1/search?q=x&n=25\": dial tcp 127.0.0.1:1: connect: connection refused", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.InvalidArgument, (await Assert.ThrowsAsync<GantryException>(() => new RegistrySearch(options).SearchAsync("https://x/y", 25, RegistryCredentials.Anonymous, TestContext.Current.CancellationToken))).Kind);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("moved")]
    public async Task A_download_follows_where_it_is_sent(string path)
    {
        await using var content = await new WebFetcher(options).GetAsync(WebFetcher.Parse($"{Host}/{path}"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(content.Body);
        Assert.Equal("content", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("text/plain", 7L), (content.MediaType, content.Length));
    }

    [Fact]
    public async Task Credentials_of_an_URL_are_sent_and_not_shown()
    {
        await using var content = await new WebFetcher(options).GetAsync(WebFetcher.Parse($"http://me:se%3Ac%40ret@{Host}/private"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(content.Body);
        Assert.Equal("for me", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));

        var error = await Assert.ThrowsAsync<GantryException>(() => new WebFetcher(options).GetAsync(WebFetcher.Parse($"http://me:wrong@{Host}/private"), TestContext.Current.CancellationToken));
        Assert.Equal($"failed to GET http://xxxxx:xxxxx@{Host}/private with status 401 Unauthorized", error.Message);
        error = await Assert.ThrowsAsync<GantryException>(() => new WebFetcher(options).GetAsync(WebFetcher.Parse("http://me:wrong@127.0.0.1:1/private"), TestContext.Current.CancellationToken));
        Assert.StartsWith("Get \"http://xxxxx:xxxxx@127.0.0.1:1/private\": dial tcp", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nope", "failed to GET http://HOST/nope with status 404 Not Found")]
    [InlineData("round", "failed to GET http://HOST/round with status 302 Found")]
    public async Task What_is_not_there_is_told(string path, string message)
    {
        var error = await Assert.ThrowsAsync<GantryException>(() => new WebFetcher(options).GetAsync(WebFetcher.Parse($"http://{Host}/{path}"), TestContext.Current.CancellationToken));
        Assert.Equal(message.Replace("HOST", Host, StringComparison.Ordinal), error.Message);
    }

    [Theory]
    [InlineData("ftp://x/y")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://")]
    public void Other_schemes_are_refused(string text) => Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<GantryException>(() => WebFetcher.Parse(text)).Kind);
}

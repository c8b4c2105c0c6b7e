using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gantry.Core;
using Microsoft.AspNetCore.Http;

namespace Gantry.Registry.Tests;

/// <summary>Who the client says it is, and to whom.</summary>
public sealed class AuthTests : IAsyncLifetime
{
    private static readonly RegistryCredentials Me = new() { Username = "me", Password = "pass:word" };
    private static readonly string Basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:pass:word"));

    private readonly GantryRoot root = new();
    private FakeRegistry registry = null!;

    public async ValueTask InitializeAsync() => registry = await FakeRegistry.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        root.Dispose();
    }

    [Fact]
    public async Task Tokens_are_asked_for_with_service_and_scope_and_kept()
    {
        registry.AddImage("team/app", "1", layers: 3);
        registry.Token = "t1";
        await root.PullAsync(registry.Reference("team/app:1"), null, Me);
        var asked = registry.Requests.Where(request => request.Line.StartsWith("GET /token", StringComparison.Ordinal)).ToArray();
        Assert.Equal(("GET /token?scope=repository%3Ateam%2Fapp%3Apull&service=fake%2C%20registry&account=me", Basic), (asked.Single().Line, asked.Single().Authorization));
    }

    [Fact]
    public async Task Nobody_in_particular_gets_a_token_too()
    {
        registry.AddImage("app", "1");
        registry.Token = "t1";
        await root.PullAsync(registry.Reference("app:1"));
        Assert.Null(registry.Requests.First(request => request.Line.Contains("/token")).Authorization);
    }

    [Fact]
    public async Task A_token_that_is_no_longer_accepted_is_renewed()
    {
        registry.AddImage("app", "1");
        registry.Token = "t1";
        registry.Misbehave = http =>
        {
            registry.Token = http.Request.Path.Value!.Contains("blobs") ? "t2" : registry.Token;
            return Task.FromResult(false);
        };
        await root.PullAsync(registry.Reference("app:1"));
        Assert.Equal(2, registry.Count("/token"));
    }

    [Fact]
    public async Task An_identity_token_is_exchanged_by_post()
    {
        registry.AddImage("app", "1");
        registry.Token = "t1";
        var form = "";
        registry.Misbehave = async http =>
        {
            if (http.Request is { Method: "POST", Path.Value: "/token" })
            {
                using var reader = new StreamReader(http.Request.Body);
                form = await reader.ReadToEndAsync();
                await http.Response.WriteAsync("""{"access_token":"t1"}""");
                return true;
            }

            return false;
        };
        await root.PullAsync(registry.Reference("app:1"), null, new RegistryCredentials { Username = "<token>", IdentityToken = "refresh" });
        Assert.Equal("grant_type=refresh_token&refresh_token=refresh&client_id=docker&service=fake%2C+registry&scope=repository%3Aapp%3Apull", form);
    }

    [Fact]
    public async Task A_login_is_checked_and_may_give_an_identity_token()
    {
        registry.Token = "t1";
        registry.Misbehave = async http =>
        {
            if (http.Request.Path != "/token")
            {
                return false;
            }

            if (http.Request.Headers.Authorization != Basic)
            {
                http.Response.StatusCode = 401;
                await http.Response.WriteAsync("""{"details":"incorrect username or password"}""");
                return true;
            }

            await http.Response.WriteAsync($$"""{"token":"t1"{{(http.Request.Query.ContainsKey("offline_token") ? ",\"refresh_token\":\"r1\"" : "")}}}""");
            return true;
        };
        Assert.Equal("r1", await root.Client.LoginAsync(registry.Host, Me, TestContext.Current.CancellationToken));
        var refusal = await Assert.ThrowsAsync<GantryException>(() => root.Client.LoginAsync(registry.Host, Me with { Password = "wrong" }, TestContext.Current.CancellationToken));
        Assert.Equal((ErrorKind.Unauthorized, "unauthorized: incorrect username or password"), (refusal.Kind, refusal.Message));
    }

    [Fact]
    public async Task Basic_authentication_is_answered_or_asked_for()
    {
        registry.AddImage("app", "1");
        registry.Misbehave = async http =>
        {
            if (http.Request.Headers.Authorization == Basic)
            {
                return false;
            }

            http.Response.Headers.WWWAuthenticate = "Basic realm=\"x\"";
            await FakeRegistry.ErrorAsync(http, 401, "UNAUTHORIZED", "authentication required");
            return true;
        };
        Assert.Equal("no basic auth credentials", await root.PullErrorAsync(registry.Reference("app:1")));
        Assert.Equal("unauthorized: authentication required", await root.PullErrorAsync(registry.Reference("app:1"), null, Me with { Password = "x" }));
        await root.PullAsync(registry.Reference("app:1"), null, Me);
    }

    [Fact]
    public async Task Where_blobs_are_redirected_to_no_credentials_go()
    {
        registry.AddImage("app", "1");
        registry.Token = "t1";
        await using var storage = await FakeRegistry.StartAsync();
        registry.Misbehave = http =>
        {
            if (!http.Request.Path.Value!.Contains("/blobs/"))
            {
                return Task.FromResult(false);
            }

            storage.Blobs[http.Request.Path.Value.Split('/')[^1]] = registry.Blobs[http.Request.Path.Value.Split('/')[^1]];
            http.Response.Redirect($"{storage.Address.AbsoluteUri.TrimEnd('/')}{http.Request.Path}?signature=1", permanent: false, preserveMethod: true);
            return Task.FromResult(true);
        };
        await root.PullAsync(registry.Reference("app:1"));
        Assert.Equal(2, storage.Requests.Count);
        Assert.All(storage.Requests, request => Assert.Null(request.Authorization));
    }

    [Fact]
    public async Task Tls_is_verified_by_the_authorities_of_certs_d()
    {
        using var authority = CertificateFor("CN=authority");
        await using var secure = await FakeRegistry.StartAsync(authority);
        var endpoint = new RegistryEndpoint(new Uri($"https://localhost:{secure.Address.Port}"));
        var folder = Directory.CreateTempSubdirectory("gantry-certs-").FullName;
        var options = root.Client.Options with { CertificateDirectories = [folder] };
        Assert.Contains("x509: certificate signed by unknown authority", (await PingAsync(endpoint, options))?.Message);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, endpoint.Host)).FullName, "ca.crt"), authority.ExportCertificatePem());
        Assert.Null(await PingAsync(endpoint, options));
        Assert.Contains("x509: certificate is not valid for 127.0.0.1", (await PingAsync(new RegistryEndpoint(secure.Address), options))?.Message);
        Assert.Null(await PingAsync(new RegistryEndpoint(secure.Address, SkipVerification: true), options));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_registry_that_speaks_plain_http_is_no_secure_one()
    {
        var failure = await PingAsync(new RegistryEndpoint(new Uri($"https://{registry.Host}")), root.Client.Options);
        Assert.Equal($"Get \"https://{registry.Host}/v2/\": http: server gave HTTP response to HTTPS client", failure?.Message);
    }

    [Theory]
    [InlineData("docker.io", "https://mirror.example/ https://registry-1.docker.io/")]
    [InlineData("ghcr.io", "https://ghcr.io/")]
    [InlineData("localhost:5000", "https://localhost:5000/ http://localhost:5000/")]
    [InlineData("127.1.2.3:5000", "https://127.1.2.3:5000/ http://127.1.2.3:5000/")]
    [InlineData("[::1]:5000", "https://[::1]:5000/ http://[::1]:5000/")]
    [InlineData("intern.example:5000", "https://intern.example:5000/ http://intern.example:5000/")]
    [InlineData("intern.example", "https://intern.example/")]
    [InlineData("10.1.2.3", "https://10.1.2.3/ http://10.1.2.3/")]
    [InlineData("10.2.2.3", "https://10.2.2.3/")]
    public void Plain_http_is_for_this_machine_and_configured_hosts(string domain, string addresses) =>
        Assert.Equal(addresses, string.Join(' ', new EndpointResolver(new RegistryOptions { InsecureRegistries = ["intern.example:5000", "10.1.0.0/16"], Mirrors = [new Uri("https://mirror.example")] })
            .Resolve(domain, pull: true).Select(endpoint => endpoint.Address)));

    private static async Task<RegistryException?> PingAsync(RegistryEndpoint endpoint, RegistryOptions options)
    {
        using var transport = new Transport(endpoint, options);
        using var connection = new RegistryConnection(endpoint, transport, new Authenticator(transport, RegistryCredentials.Anonymous, TimeProvider.System), new RetryPolicy(options));
        return await Record.ExceptionAsync(() => connection.PingAsync(TestContext.Current.CancellationToken)) as RegistryException;
    }

    private static X509Certificate2 CertificateFor(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}

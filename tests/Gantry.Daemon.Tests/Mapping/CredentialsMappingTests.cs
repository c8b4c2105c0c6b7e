using System.Text;
using Gantry.Core;
using Gantry.Daemon.Mapping;
using Microsoft.AspNetCore.Http;

namespace Gantry.Daemon.Tests.Mapping;

public class CredentialsMappingTests
{
    [Theory]
    [InlineData("""{"username":"me","password":"p?>~"}""")]
    [InlineData("""{"auth":"bWU6cD8+fg=="}""")]
    public void Both_kinds_of_base64_are_read(string json)
    {
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(json));
        foreach (var header in new[] { base64, base64.Replace('+', '-').Replace('/', '_'), base64.Replace('+', '-').Replace('/', '_').TrimEnd('=') })
        {
            var credentials = Request("X-Registry-Auth", header).Credentials;
            Assert.Equal(("me", "p?>~"), (credentials.Username, credentials.Password));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("bnVsbA==")]
    [InlineData("%%%")]
    [InlineData("bm8ganNvbg==")]
    public void What_cannot_be_read_is_anonymous(string header)
    {
        Assert.Equal(RegistryCredentials.Anonymous, Request("X-Registry-Auth", header).Credentials);
        Assert.Empty(Request("X-Registry-Config", header).Registries);
    }

    [Fact]
    public void Builds_get_credentials_by_registry()
    {
        var header = Convert.ToBase64String("""{"https://index.docker.io/v1/":{"username":"me","password":"p"},"host:5000":{"identitytoken":"t"}}"""u8);
        var registries = Request("X-Registry-Config", header).Registries;
        Assert.Equal(("me", "t"), (registries["https://index.docker.io/v1/"].Username, registries["host:5000"].IdentityToken));
    }

    private static HttpRequest Request(string header, string value)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers[header] = value;
        return http.Request;
    }
}

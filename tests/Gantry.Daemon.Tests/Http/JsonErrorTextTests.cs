using System.Text;
using System.Text.Json;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Tests.Http;

/// <summary>What a client is told of a body that is not the JSON it should be.</summary>
public sealed class JsonErrorTextTests
{
    [Theory]
    [InlineData("{", "invalid JSON: unexpected EOF")]
    [InlineData("{\"Image\":\"x", "invalid JSON: unexpected EOF")]
    [InlineData("{}{}", "unexpected content after JSON")]
    [InlineData("{\"Image\":5}", "invalid JSON: cannot read $.Image at line 2, byte 3")]
    [InlineData("{\"Image\":x}", "invalid JSON: cannot read $.Image at line 2, byte 3")]
    public void It_is_said_as_Go_says_it_or_with_the_place(string body, string text) =>
        Assert.Equal(text, JsonErrorText.Of(Encoding.UTF8.GetBytes(body), new JsonException("", "$.Image", 1, 3)));
}

using System.Text;
using System.Text.Json;
using Gantry.Api;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Tests.Http;

/// <summary>What a client is told of a body that is not the JSON it should be. The words are those of Go 1.24's encoding/json.</summary>
public sealed class JsonErrorTextTests
{
    private const string Value = "looking for beginning of value";
    private const string KeyString = "looking for beginning of object key string";

    [Theory]
    [InlineData("{invalid json", 'i', KeyString)]
    [InlineData("{,}", ',', KeyString)]
    [InlineData("{\"a\":1,}", '}', KeyString)]
    [InlineData("{\"a\"}", '}', "after object key")]
    [InlineData("{\"a\":}", '}', Value)]
    [InlineData("{\"a\":1 2}", '2', "after object key:value pair")]
    [InlineData("{\"a\":01}", '1', "after object key:value pair")]
    [InlineData("{\"a\":[1]]", ']', "after object key:value pair")]
    [InlineData("{\"a\":nullx}", 'x', "after object key:value pair")]
    [InlineData("[1 2]", '2', "after array element")]
    [InlineData("[{}}", '}', "after array element")]
    [InlineData("[1,]", ']', Value)]
    [InlineData("[}", '}', Value)]
    [InlineData(" x", 'x', Value)]
    [InlineData("// no", '/', Value)]
    [InlineData("tRue", 'R', "in literal true (expecting 'r')")]
    [InlineData("[fals3]", '3', "in literal false (expecting 'e')")]
    [InlineData("nuLl", 'L', "in literal null (expecting 'l')")]
    [InlineData("-x", 'x', "in numeric literal")]
    [InlineData("[1.]", ']', "after decimal point in numeric literal")]
    [InlineData("[1e]", ']', "in exponent of numeric literal")]
    [InlineData("1E+x", 'x', "in exponent of numeric literal")]
    [InlineData("\"a\\x\"", 'x', "in string escape code")]
    [InlineData("\"\\u12g4\"", 'g', "in \\u hexadecimal character escape")]
    public void A_character_that_cannot_be_there_is_named(string body, char character, string where) =>
        Assert.Equal($"invalid character '{character}' {where}", Fault(body));

    [Theory]
    [InlineData("{'a'", "'\\''")]
    [InlineData("{\0", "'\\x00'")]
    [InlineData("{\x7f", "'\\x7f'")]
    [InlineData("{\\", "'\\\\'")]
    [InlineData("{é", "'Ã'")]
    [InlineData("{\v", "'\\v'")]
    public void A_character_is_quoted_as_Go_quotes_it(string body, string quoted) => Assert.Equal($"invalid character {quoted} {KeyString}", Fault(body));

    [Theory]
    [InlineData("\"a\nb\"", "invalid character '\\n' in string literal")]
    [InlineData("{\"a\":1 \"b\"", "invalid character '\"' after object key:value pair")]
    public void So_are_line_ends_and_quotes(string body, string fault) => Assert.Equal(fault, Fault(body));

    [Theory]
    [InlineData("")]
    [InlineData(" \t\r\n")]
    [InlineData("{")]
    [InlineData("{\"Image\"")]
    [InlineData("{\"Image\":")]
    [InlineData("{\"Image\":\"x")]
    [InlineData("{\"Image\":\"x\\")]
    [InlineData("{\"Image\":\"x\\u12")]
    [InlineData("{\"Image\":\"x\",")]
    [InlineData("[1")]
    [InlineData("[")]
    [InlineData("-")]
    [InlineData("1.")]
    [InlineData("1e+")]
    [InlineData("tru")]
    public void What_ends_too_early_is_said_so(string body) => Assert.Equal("unexpected EOF", Fault(body));

    [Theory]
    [InlineData("{}", 2)]
    [InlineData(" [ ] x", 4)]
    [InlineData("0", 1)]
    [InlineData("-0.5e-10,", 8)]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00Ef\" ", 24)]
    [InlineData("{\"a\":{\"b\":[1,true,false,null,{}]},\"c\":\"é\"}}", 43)]
    public void A_whole_value_has_no_fault(string body, int length)
    {
        Assert.Null(GoJsonSyntax.FindFault(Encoding.UTF8.GetBytes(body), out var consumed));
        Assert.Equal(length, consumed);
    }

    [Fact]
    public void Nesting_has_an_end()
    {
        Assert.Equal("unexpected EOF", Fault(new string('[', 10000)));
        Assert.Equal("exceeded max depth", Fault(new string('[', 10001)));
    }

    /// <summary>Whatever .NET's reader refuses for its syntax has a fault here, and what it takes has none.</summary>
    [Fact]
    public void It_finds_what_the_reader_finds()
    {
        var random = new Random(7);
        var good = Encoding.UTF8.GetBytes("""{"Image":"a\u0041\n","Env":["x",1.5e3,-0,true],"HostConfig":{"Binds":null,"Memory":10}} """);
        for (var round = 0; round < 20_000; round++)
        {
            var body = (byte[])good.Clone();
            for (var change = random.Next(1, 3); change > 0; change--)
            {
                body[random.Next(body.Length)] = (byte)"{}[]\",:\\ut0e.-+x \n"[random.Next(18)];
            }

            var fault = GoJsonSyntax.FindFault(body, out var consumed);
            var refused = fault is not null || !body.AsSpan(consumed).Trim(" \n"u8).IsEmpty;
            Assert.True(refused == !Reads(body), $"{fault}: {Encoding.UTF8.GetString(body)}");
        }
    }

    [Theory]
    [InlineData("{}{}", "unexpected content after JSON")]
    [InlineData("{} trailing", "unexpected content after JSON")]
    [InlineData("{\"Image\":", "invalid JSON: unexpected EOF")]
    [InlineData("{\"Image\":x}", "invalid JSON: invalid character 'x' looking for beginning of value")]
    [InlineData("{\"Image\":5}", "invalid JSON: cannot read $.Image at line 1, byte 10")]
    [InlineData("{\"Image\":{}}", "invalid JSON: cannot read $.Image at line 1, byte 10")]
    public void A_body_is_refused_with_what_is_wrong_in_it(string body, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(bytes, DockerJson.Wire.ContainerCreateRequest));
        Assert.Equal(text, JsonErrorText.Of(bytes, error));
    }

    private static string? Fault(string body) => GoJsonSyntax.FindFault(Encoding.UTF8.GetBytes(body), out _);

    private static bool Reads(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

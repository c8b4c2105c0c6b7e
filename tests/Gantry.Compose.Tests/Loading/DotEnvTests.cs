using Gantry.Compose.Loading;
using Gantry.Core;

namespace Gantry.Compose.Tests.Loading;

public class DotEnvTests
{
    [Theory]
    [InlineData("A=b", "b")]
    [InlineData("export A=b", "b")]
    [InlineData("A = b c ", "b c")]
    [InlineData("A: b", "b")]
    [InlineData("A=b # comment", "b")]
    [InlineData("A=b#c", "b#c")]
    [InlineData("A=\"x y\" # comment", "x y")]
    [InlineData("A=\"l1\\nl2\"", "l1\nl2")]
    [InlineData("A=\"l1\nl2\"", "l1\nl2")]
    [InlineData("A='$OUT\\n'", "$OUT\\n")]
    [InlineData("A=\"$OUT\"", "outside")]
    [InlineData("A=${OUT}/x", "outside/x")]
    [InlineData("A=\"\\$OUT\"", "$OUT")]
    [InlineData("B=1\nA=${B}2", "12")]
    [InlineData("# A=1\n\nA=2\r\n", "2")]
    [InlineData("A=", "")]
    [InlineData("A=\"say \\\"hi\\\"\"", "say \"hi\"")]
    [InlineData("A=${NONE:-d}", "d")]
    public void Reads(string text, string expected) => Assert.Equal(expected, Parse(text)["A"]);

    [Fact]
    public void A_bare_key_takes_the_variable_from_outside()
    {
        var values = Parse("OUT\nUNKNOWN");
        Assert.Equal("outside", values["OUT"]);
        Assert.Null(values["UNKNOWN"]);
    }

    [Theory]
    [InlineData("A=1\nB='x", "line 2: unterminated quoted value 'x")]
    [InlineData("A B=1", "line 1: key cannot contain a space")]
    [InlineData("A=${B:?why}", "line 1: required variable B is missing a value: why")]
    public void Says_where_and_why_it_fails(string text, string problem) =>
        Assert.EndsWith(problem, Assert.Throws<GantryException>(() => Parse(text)).Message);

    private static OrderedDictionary<string, string?> Parse(string text) => DotEnv.Parse(text, "/x/.env", name => name == "OUT" ? "outside" : null);
}

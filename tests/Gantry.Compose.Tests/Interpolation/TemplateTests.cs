using Gantry.Compose.Interpolation;

namespace Gantry.Compose.Tests.Interpolation;

public class TemplateTests
{
    private readonly Dictionary<string, string> variables = new() { ["SET"] = "value", ["EMPTY"] = "", ["OTHER"] = "o" };
    private readonly List<string> unset = [];

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$SET", "value")]
    [InlineData("${SET}s", "values")]
    [InlineData("a$SET-b", "avalue-b")]
    [InlineData("$$SET", "$SET")]
    [InlineData("$${SET}", "${SET}")]
    [InlineData("$$$SET", "$value")]
    [InlineData("${UNSET:-default}", "default")]
    [InlineData("${EMPTY:-default}", "default")]
    [InlineData("${EMPTY-default}", "")]
    [InlineData("${UNSET-default}", "default")]
    [InlineData("${SET:-default}", "value")]
    [InlineData("${SET:+there}", "there")]
    [InlineData("${EMPTY:+there}", "")]
    [InlineData("${EMPTY+there}", "there")]
    [InlineData("${UNSET+there}", "")]
    [InlineData("${SET:?must be}", "value")]
    [InlineData("${UNSET:-${OTHER}}", "o")]
    [InlineData("${UNSET:-${EMPTY:-${SET}}}", "value")]
    [InlineData("${UNSET:-a ${OTHER} b}c", "a o bc")]
    [InlineData("${UNSET:-http://x:80/?a=b}", "http://x:80/?a=b")]
    [InlineData("${SET:+${OTHER}${SET}}", "ovalue")]
    [InlineData("${UNSET:-$$literal}", "$literal")]
    public void Fills_in(string text, string expected) => Assert.Equal(expected, Make().Substitute(text));

    [Theory]
    [InlineData("${SET")]
    [InlineData("$")]
    [InlineData("${}")]
    [InlineData("$1")]
    [InlineData("${1A}")]
    [InlineData("${SET!x}")]
    [InlineData("${UNSET:-${SET}")]
    public void Refuses_what_is_malformed(string text) => Assert.True(Assert.Throws<TemplateException>(() => Make().Substitute(text)).IsFormat);

    [Theory]
    [InlineData("${UNSET:?need it}", "required variable UNSET is missing a value: need it")]
    [InlineData("${EMPTY:?}", "required variable EMPTY is missing a value")]
    [InlineData("${UNSET?say $SET}", "required variable UNSET is missing a value: say value")]
    public void A_required_variable_is_named_with_its_reason(string text, string message) =>
        Assert.Equal(message, Assert.Throws<TemplateException>(() => Make().Substitute(text)).Message);

    [Fact]
    public void Reports_unset_variables_without_default_only()
    {
        Make().Substitute("$UNSET ${ALSO} ${WITH:-default} ${OPT:+x} $SET");
        Assert.Equal(["UNSET", "ALSO"], unset);
    }

    private Template Make() => new(name => variables.GetValueOrDefault(name), unset.Add);
}

using Gantry.Build.Dockerfiles;

namespace Gantry.Build.Tests.Dockerfiles;

public sealed class WordExpanderTests
{
    private static readonly Dictionary<string, string> Variables = new()
    {
        ["set"] = "value",
        ["empty"] = "",
        ["path"] = "/usr/local/bin/foo.tar.gz",
        ["words"] = "one two",
        ["glob"] = "a*b*c",
    };

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$set", "value")]
    [InlineData("${set}x", "valuex")]
    [InlineData("$setx", "")]
    [InlineData("a$unset-b", "a-b")]
    [InlineData(@"\$set", "$set")]
    [InlineData("'$set'", "$set")]
    [InlineData("\"$set\"", "value")]
    [InlineData(@"""a\$b\n""", @"a$b\n")]
    [InlineData(@"a\ b", "a b")]
    [InlineData("\"it's\"", "it's")]
    [InlineData("'a'\"b\"c", "abc")]
    [InlineData("$", "$")]
    [InlineData("a$/b", "a$/b")]
    [InlineData("${set:-d}", "value")]
    [InlineData("${unset:-d}", "d")]
    [InlineData("${empty:-d}", "d")]
    [InlineData("${empty-d}", "")]
    [InlineData("${unset-d}", "d")]
    [InlineData("${set:+a}", "a")]
    [InlineData("${unset:+a}", "")]
    [InlineData("${empty:+a}", "")]
    [InlineData("${empty+a}", "a")]
    [InlineData("${set:?e}", "value")]
    [InlineData("${empty?e}", "")]
    [InlineData("${unset:-${set}}", "value")]
    [InlineData("${unset:-'a b'}", "a b")]
    [InlineData("${path#*/}", "usr/local/bin/foo.tar.gz")]
    [InlineData("${path##*/}", "foo.tar.gz")]
    [InlineData("${path%.*}", "/usr/local/bin/foo.tar")]
    [InlineData("${path%%.*}", "/usr/local/bin/foo")]
    [InlineData("${path#nope}", "/usr/local/bin/foo.tar.gz")]
    [InlineData(@"${glob#a\*}", "b*c")]
    [InlineData("${set%?}", "valu")]
    [InlineData("${path/o/0}", "/usr/l0cal/bin/foo.tar.gz")]
    [InlineData("${path//o/0}", "/usr/l0cal/bin/f00.tar.gz")]
    [InlineData(@"${path//\//_}", "_usr_local_bin_foo.tar.gz")]
    [InlineData("${unset/a/b}", "")]
    [InlineData("$words", "one two")]
    [InlineData("${set}$set", "valuevalue")]
    public void Expands_as_Docker_does(string word, string expected) =>
        Assert.Equal(expected, new WordExpander('\\').Expand(word, Variables.GetValueOrDefault));

    [Theory]
    [InlineData("'open", "failed to process \"'open\": unexpected end of statement while looking for matching single-quote")]
    [InlineData("\"open", "failed to process \"\\\"open\": unexpected end of statement while looking for matching double-quote")]
    [InlineData("${set", "failed to process \"${set\": syntax error: missing '}'")]
    [InlineData("${}", "failed to process \"${}\": syntax error: bad substitution")]
    [InlineData("${set:", "failed to process \"${set:\": unsupported modifier (:\0) in substitution")]
    [InlineData("${set^}", "failed to process \"${set^}\": unsupported modifier (^) in substitution")]
    [InlineData("${unset:?no}", "failed to process \"${unset:?no}\": unset: no")]
    [InlineData("${unset?}", "failed to process \"${unset?}\": unset: is not allowed to be unset")]
    [InlineData("${empty:?}", "failed to process \"${empty:?}\": empty: is not allowed to be empty")]
    [InlineData("${set/a}", "failed to process \"${set/a}\": syntax error: missing '/' in ${}")]
    public void Refuses_in_Dockers_words(string word, string message) =>
        Assert.Equal(message, Assert.Throws<DockerfileException>(() => new WordExpander('\\').Expand(word, Variables.GetValueOrDefault)).Message);

    [Fact]
    public void Splits_after_expanding_and_respects_quotes() =>
        Assert.Equal(["one", "two", "one two", "a b"], new WordExpander('\\').ExpandWords("$words \"$words\" 'a b'", Variables.GetValueOrDefault));

    [Fact]
    public void Keeps_what_is_unset_when_asked() =>
        Assert.Equal("$unset ${unset:-d} value", new WordExpander('\\') { KeepUnset = true }.Expand("$unset ${unset:-d} $set", Variables.GetValueOrDefault));

    [Fact]
    public void Takes_another_escape() =>
        Assert.Equal(@"C:\$set value", new WordExpander('`').Expand(@"C:\`$set $set", Variables.GetValueOrDefault));
}

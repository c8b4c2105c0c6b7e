using Gantry.Build.Dockerfiles;
using Gantry.Build.Files;
using Gantry.Core;

namespace Gantry.Build.Tests.Files;

public sealed class PathMatcherTests
{
    [Theory]
    [InlineData("*.log", "a.log", true)]
    [InlineData("*.log", "d/a.log", false)]
    [InlineData("**/*.log", "d/e/a.log", true)]
    [InlineData("**/*.log", "a.log", true)]
    [InlineData("d", "d/e/a.log", true)]
    [InlineData("d/", "d/a", true)]
    [InlineData("/d", "d/a", true)]
    [InlineData("./d/../e", "e/x", true)]
    [InlineData("*/b", "a/b/c", true)]
    [InlineData("*/b", "a/x/b", false)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**", "a", false)]
    [InlineData("**", "anything/at/all", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData(@"a\*", "a*", true)]
    [InlineData(@"a\*", "ab", false)]
    [InlineData("a.b", "axb", false)]
    [InlineData("a(b)+", "a(b)+", true)]
    [InlineData("  d  ", "d", true)]
    [InlineData("# d", "d", false)]
    [InlineData("#d", "#d", false)]
    [InlineData(".", "d", false)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("d\n!d/keep", "d/keep", false)]
    [InlineData("d\n!d/keep", "d/drop", true)]
    [InlineData("!d/keep\nd", "d/keep", true)]
    [InlineData("*\n!a\na/b", "a/b", true)]
    [InlineData("*\n!a\na/b", "a/c", false)]
    [InlineData("**/*.md\n!README.md", "README.md", false)]
    [InlineData("**/*.md\n!README.md", "d/README.md", true)]
    [InlineData("**/*.log\n!a/b", "a/b/keep.log", true)]
    [InlineData("*/*\n!*/*.log", "d/i.log", false)]
    [InlineData("*/*\n!*/*.log", "d/e/h.log", true)]
    [InlineData("a/*/c\n!a/b/c/f.md", "a/b/c/f.md", false)]
    [InlineData("a\r\nb\r\n", "a", true)]
    [InlineData("\uFEFFa", "a", true)]
    [InlineData("ä*", "äö", true)]
    public void Ignores_as_Docker_does(string patterns, string path, bool ignored) =>
        Assert.Equal(ignored, PathMatcher.Read(patterns).Matches(path));

    [Theory]
    [InlineData("!")]
    [InlineData("[a")]
    [InlineData("a[]b")]
    [InlineData("[-x]")]
    public void Refuses_malformed_patterns(string pattern) =>
        Assert.Throws<DockerfileException>(() => PathMatcher.Read(pattern));

    [Theory]
    [InlineData("a*", "abc", true)]
    [InlineData("a*/b", "abc/b", true)]
    [InlineData("a*", "ab/c", false)]
    [InlineData("a*b*c*d*e*/f", "axbxcxdxexxx/f", true)]
    [InlineData("a*b?c*x", "abxbbxdbxebxczzx", true)]
    [InlineData("a[!a]b", "a☺b", false)]
    [InlineData("a[^a]b", "a☺b", true)]
    [InlineData("[a-ζ]*", "α", true)]
    [InlineData("*[a-ζ]", "A", false)]
    [InlineData("a?b", "a/b", false)]
    [InlineData("[\\]a]", "]", true)]
    [InlineData("[x\\-]", "-", true)]
    [InlineData("*x", "xxx", true)]
    [InlineData("", "", true)]
    public void Matches_as_Gos_filepath_does(string pattern, string name, bool matches) =>
        Assert.Equal(matches, GoPattern.Match(pattern, name));

    [Theory]
    [InlineData("644", 0, false, "644")]
    [InlineData("4755", 0, false, "4755")]
    [InlineData("u=rwX,go=rX", 0, true, "755")]
    [InlineData("u=rwX,go=rX", 0, false, "644")]
    [InlineData("a+x", 420, false, "755")]
    [InlineData("+x", 420, false, "755")]
    [InlineData("go-rwx", 511, false, "700")]
    [InlineData("g=u", 448, false, "770")]
    [InlineData("u+s,o+t", 493, false, "5755")]
    public void Changes_modes_as_chmod_does(string change, int mode, bool directory, string expected) =>
        Assert.Equal(expected, Convert.ToString(new ModeChange(change).Apply(mode, directory), 8));

    [Theory]
    [InlineData("9")]
    [InlineData("77777")]
    [InlineData("u=Z")]
    [InlineData("rw")]
    public void Refuses_other_modes(string change) => Assert.Throws<DockerfileException>(() => new ModeChange(change));
}

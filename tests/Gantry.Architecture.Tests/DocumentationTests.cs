using System.Text.RegularExpressions;

namespace Gantry.Architecture.Tests;

/// <summary>docs/architecture.md names only what exists.</summary>
public partial class DocumentationTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "docs/architecture.md"));

    [Fact]
    public void Every_path_it_names_exists()
    {
        string[] missing = [.. CodeSpans().Where(span => PathSpan().IsMatch(span) && !Path.Exists(Path.Combine(Repository.Root, span.TrimEnd('/'))))];
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_type_it_names_exists()
    {
        var sources = string.Join('\n', Repository.Sources("src").Select(File.ReadAllText));
        string[] missing =
        [
            .. CodeSpans()
            .Select(span => TypeSpan().Match(span))
            .Where(match => match.Success)
            .Select(match => match.Groups["type"].Value)
            .Distinct()
            .Where(type => !Regex.IsMatch(sources, $@"\b(class|record|struct|interface|enum) {type}\b")),
        ];
        Assert.Empty(missing);
    }

    private static IEnumerable<string> CodeSpans() => CodeSpan().Matches(Text).Select(match => match.Groups[1].Value);

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\A(src|tests|stack|docs|bench|scripts)/[\w./-]*\z")]
    private static partial Regex PathSpan();

    // PascalCase with at least two humps, perhaps with a member: StopCommand, ContainerService.StopAsync.
    [GeneratedRegex(@"\A(?<type>[A-Z][a-z0-9]+([A-Z][A-Za-z0-9]*)+)(\.[A-Z]\w+)?\z")]
    private static partial Regex TypeSpan();
}

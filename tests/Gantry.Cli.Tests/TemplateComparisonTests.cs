using System.Text;

namespace Gantry.Cli.Tests;

/// <summary>Go's template language as docker's CLI speaks it: every template of templates.txt gives what docker's CLI gives.</summary>
[Trait("Ring", "compatibility")]
public sealed class TemplateComparisonTests
{
    private static readonly Dictionary<string, string> Commands = new()
    {
        ["ps"] = "ps",
        ["inspect"] = "container inspect web",
        ["bare"] = "container inspect bare",
        ["probed"] = "inspect probed",
        ["image"] = "image inspect bare",
        ["network"] = "network inspect bare",
        ["volume"] = "volume inspect bare",
        ["images"] = "images",
        ["stats"] = "stats --no-stream web",
        ["events"] = "events --since 1 --until 2",
        ["version"] = "version",
        ["info"] = "info",
    };

    [Theory]
    [InlineData("ps")]
    [InlineData("inspect")]
    [InlineData("bare")]
    [InlineData("probed")]
    [InlineData("image")]
    [InlineData("network")]
    [InlineData("volume")]
    [InlineData("images")]
    [InlineData("stats")]
    [InlineData("events")]
    [InlineData("version")]
    [InlineData("info")]
    public async Task Templates_give_what_they_give_in_docker(string section)
    {
        Assert.SkipUnless(File.Exists(CommandLineRun.DockerPath), "docker's CLI is not installed");
        await using var daemon = Client.Tests.FakeDaemon.Serving(DockerComparisonTests.Answer);
        var different = new StringBuilder();
        var (count, failed) = (0, 0);
        foreach (var template in Templates(section))
        {
            string[] arguments = [.. Commands[section].Split(' '), "--format", template];
            var docker = await CommandLineRun.DockerAsync(daemon.Address, arguments);
            var gantry = await CommandLineRun.GantryAsync(daemon.Address, arguments);
            count++;
            if (docker != gantry)
            {
                failed++;
                different.Append($"{template}\n  docker {docker.Code} {docker.Out.TrimEnd()} | {docker.Error.TrimEnd()}\n  gantry {gantry.Code} {gantry.Out.TrimEnd()} | {gantry.Error.TrimEnd()}\n");
            }
        }

        Assert.True(failed == 0, $"{failed} of {count} templates differ:\n{different}");
    }

    private static IEnumerable<string> Templates(string section) => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "templates.txt"))
        .SkipWhile(line => line != "== " + section).Skip(1).TakeWhile(line => !line.StartsWith("== ", StringComparison.Ordinal))
        .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Contains("\\n{{", StringComparison.Ordinal) || line.Contains("\\n ", StringComparison.Ordinal) ? line.Replace("\\n", "\n") : line);
}

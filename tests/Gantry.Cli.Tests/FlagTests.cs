using System.Text.RegularExpressions;
using Gantry.Cli.Commands;

namespace Gantry.Cli.Tests;

/// <summary>Every command and every flag that docker's own help lists is known here too.</summary>
[Trait("Ring", "compatibility")]
public sealed partial class FlagTests
{
    // Gantry is no swarm: those commands take whatever flags there are.
    private static readonly string[] Elsewhere = ["swarm", "node", "service", "stack", "secret", "config", "context", "help"];

    [Fact]
    public async Task Every_flag_of_docker_is_known()
    {
        Assert.SkipUnless(File.Exists(CommandLineRun.DockerPath), "docker's CLI is not installed");
        List<string> missing = [];
        var count = await CompareAsync([], missing);

        Assert.Empty(missing);
        Assert.True(count > 100, $"only {count} commands were found in docker's help");
    }

    private static async Task<int> CompareAsync(string[] path, List<string> missing)
    {
        var help = (await CommandLineRun.DockerAsync("unix:///nonexistent", [.. path, "--help"])).Out;
        var count = 0;
        if (path.Length > 0)
        {
            var found = CommandCatalog.Resolve(path);
            if (found is null || found.Rest.Count > 0)
            {
                missing.Add(string.Join(' ', path));
                return 0;
            }

            if (found.Create is { } create)
            {
                var options = create().Options;
                missing.AddRange(Flag().Matches(help).Select(m => (Short: m.Groups[1].Value, Long: m.Groups[2].Value))
                    .Where(f => f.Long != "help" && (options.Find(f.Long) is not { } option || (f.Short.Length > 0 && option.Short != f.Short[0])))
                    .Select(f => $"{string.Join(' ', path)} --{f.Long}"));
                return 1;
            }
        }

        foreach (var name in Sections(help).Where(name => path.Length > 0 || !Elsewhere.Contains(name)))
        {
            count += await CompareAsync([.. path, name], missing);
        }

        return count;
    }

    private static IEnumerable<string> Sections(string help)
    {
        var inside = false;
        foreach (var line in help.Split('\n'))
        {
            inside = line.EndsWith("Commands:", StringComparison.Ordinal) || (inside && line.Length > 0);
            if (inside && Name().Match(line) is { Success: true } match)
            {
                yield return match.Groups[1].Value;
            }
        }
    }

    [GeneratedRegex(@"^ +(?:-(\w), |    )--([\w-]+)", RegexOptions.Multiline)]
    private static partial Regex Flag();

    // A plugin's name has a star behind it.
    [GeneratedRegex(@"^  ([\w-]+) ")]
    private static partial Regex Name();
}

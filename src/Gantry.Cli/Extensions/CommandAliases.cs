using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Extensions;

/// <summary>The <c>aliases</c> of <c>config.json</c>. As in docker only <c>builder</c> can stand for something else; <c>build</c> then goes there too.</summary>
internal static class CommandAliases
{
    /// <exception cref="ExitException">Another command is aliased.</exception>
    public static IReadOnlyList<string> Apply(IReadOnlyDictionary<string, string> aliases, IReadOnlyList<string> words)
    {
        if (aliases.Keys.FirstOrDefault(name => name != "builder") is { } other)
        {
            throw new ExitException(1, $"not allowed to alias \"{other}\" (allowed: map[string]struct {{}}{{\"builder\":struct {{}}{{}}}})");
        }

        if (!aliases.TryGetValue("builder", out var target))
        {
            return words;
        }

        return words[0] switch
        {
            "builder" => [target, .. words.Skip(1)],
            "build" => [target, .. words],
            _ => words,
        };
    }
}

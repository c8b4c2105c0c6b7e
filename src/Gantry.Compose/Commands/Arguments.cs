using Gantry.Core;

namespace Gantry.Compose.Commands;

/// <summary>A bad command line; the message is what the user reads, the exit code 1 (Compose's for usage).</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>
/// Command-line flags as Docker's tools read them (spf13/pflag): <c>--flag=value</c>, <c>--flag value</c>, <c>-dV</c>,
/// <c>-fvalue</c>, repeatable flags, <c>--</c>, and flags after positionals unless told otherwise.
/// </summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, List<string>> values = new(StringComparer.Ordinal);

    private Arguments(IReadOnlyList<string> positionals) => Positionals = positionals;

    public IReadOnlyList<string> Positionals { get; }

    /// <param name="flags">Names separated by spaces; <c>detach,d</c> has a short form, <c>file,f=</c> takes a value.</param>
    /// <param name="stopAtPositional">What follows the first positional is positional too (run, exec, and the command itself).</param>
    public static Arguments Parse(IReadOnlyList<string> arguments, string flags, bool stopAtPositional = false)
    {
        var known = Known(flags);
        var positionals = new List<string>();
        var result = new Arguments(positionals);
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "--" || (stopAtPositional && (positionals.Count > 0 || argument is "-" or "" || argument[0] != '-')))
            {
                positionals.AddRange(arguments.Skip(argument == "--" && positionals.Count == 0 ? i + 1 : i));
                break;
            }

            if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                result.Long(argument, known, arguments, ref i);
            }
            else if (argument.Length > 1 && argument[0] == '-')
            {
                result.Short(argument, known, arguments, ref i);
            }
            else
            {
                positionals.Add(argument);
            }
        }

        return result;
    }

    public bool Has(string name) => values.GetValueOrDefault(name) is [.., var last] && last is "true" or "1" or "t" or "TRUE" or "True";

    public bool IsGiven(string name) => values.ContainsKey(name);

    public string? Value(string name) => values.GetValueOrDefault(name)?[^1];

    public IReadOnlyList<string> Values(string name) => values.GetValueOrDefault(name) ?? [];

    public int? Integer(string name) => Value(name) is not { } text ? null
        : int.TryParse(text, out var number) ? number
        : throw new UsageException($"invalid argument \"{text}\" for \"--{name}\" flag: strconv.ParseInt: parsing \"{text}\": invalid syntax");

    /// <summary>Seconds, or a Go duration.</summary>
    public TimeSpan? Seconds(string name) => Value(name) is not { } text ? null
        : int.TryParse(text, out var seconds) ? TimeSpan.FromSeconds(seconds)
        : GoDuration.TryParse(text, out var duration) ? duration
        : throw new UsageException($"invalid argument \"{text}\" for \"--{name}\" flag: invalid duration");

    private sealed record Flag(string Name, bool TakesValue);

    private static Dictionary<string, Flag> Known(string flags)
    {
        var known = new Dictionary<string, Flag>(StringComparer.Ordinal) { ["help"] = new("help", false), ["h"] = new("help", false) };
        foreach (var entry in flags.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var names = entry.TrimEnd('=').Split(',');
            foreach (var name in names)
            {
                known[name] = new Flag(names[0], entry.EndsWith('='));
            }
        }

        return known;
    }

    private void Long(string argument, Dictionary<string, Flag> known, IReadOnlyList<string> arguments, ref int i)
    {
        var equals = argument.IndexOf('=');
        var name = equals < 0 ? argument[2..] : argument[2..equals];
        if (name.Length < 2 || !known.TryGetValue(name, out var flag))
        {
            throw new UsageException($"unknown flag: --{name}");
        }

        Add(flag, equals >= 0 ? argument[(equals + 1)..] : flag.TakesValue ? Next(arguments, ref i, $"flag needs an argument: --{name}") : "true");
    }

    private void Short(string argument, Dictionary<string, Flag> known, IReadOnlyList<string> arguments, ref int i)
    {
        for (var at = 1; at < argument.Length; at++)
        {
            var letter = argument[at].ToString();
            if (!known.TryGetValue(letter, out var flag))
            {
                throw new UsageException($"unknown shorthand flag: '{letter}' in {argument}");
            }

            if (!flag.TakesValue && !(at + 1 < argument.Length && argument[at + 1] == '='))
            {
                Add(flag, "true");
                continue;
            }

            var rest = argument[(at + 1)..];
            Add(flag, rest.Length > 0 ? rest.TrimStart('=') : Next(arguments, ref i, $"flag needs an argument: '{letter}' in {argument}"));
            return;
        }
    }

    private static string Next(IReadOnlyList<string> arguments, ref int i, string problem) =>
        ++i < arguments.Count ? arguments[i] : throw new UsageException(problem);

    private void Add(Flag flag, string value)
    {
        if (!values.TryGetValue(flag.Name, out var list))
        {
            values[flag.Name] = list = [];
        }

        list.Add(value);
    }
}

using System.Text;

namespace Gantry.Build.Dockerfiles;

/// <summary>What a flag takes.</summary>
internal enum FlagKind
{
    Text,
    Texts,
    Switch,
}

/// <summary>The <c>--name=value</c> words in front of an instruction's arguments.</summary>
internal sealed class InstructionFlags
{
    private readonly Dictionary<string, List<string>> values = [];

    /// <summary>Splits the flags from the rest; quotes and escapes may protect blanks inside them.</summary>
    public static (IReadOnlyList<string> Flags, string Arguments) Extract(string arguments, char escape)
    {
        List<string> flags = [];
        var position = 0;
        while (true)
        {
            while (position < arguments.Length && char.IsWhiteSpace(arguments[position]))
            {
                position++;
            }

            if (!arguments.AsSpan(position).StartsWith("--"))
            {
                return (flags, arguments[position..]);
            }

            var word = Word(arguments, ref position, escape);
            if (word == "--")
            {
                return (flags, arguments[position..].TrimStart());
            }

            flags.Add(word);
        }
    }

    /// <exception cref="DockerfileException">For a flag that is unknown, repeated or wrongly valued.</exception>
    public static InstructionFlags Parse(IReadOnlyList<string> words, params ReadOnlySpan<(string Name, FlagKind Kind)> known)
    {
        var flags = new InstructionFlags();
        foreach (var word in words)
        {
            var equals = word.IndexOf('=');
            var name = equals < 0 ? word[2..] : word[2..equals];
            FlagKind? kind = null;
            List<string> names = [];
            foreach (var candidate in known)
            {
                kind = candidate.Name == name ? candidate.Kind : kind;
                names.Add(candidate.Name);
            }

            flags.Add(name, equals < 0 ? null : word[(equals + 1)..], kind ?? throw new DockerfileException($"unknown flag: --{name}{Suggestion.For(name, names)}"));
        }

        return flags;
    }

    public string? Text(string name) => values.TryGetValue(name, out var found) ? found[^1] : null;

    public IReadOnlyList<string> Texts(string name) => values.TryGetValue(name, out var found) ? found : [];

    public bool? Switch(string name) => values.TryGetValue(name, out var found) ? found[^1] == "true" : null;

    private static string Word(string text, ref int position, char escape)
    {
        var word = new StringBuilder();
        char? quote = null;
        for (; position < text.Length; position++)
        {
            var c = text[position];
            if (quote is null && char.IsWhiteSpace(c))
            {
                break;
            }

            if (c == escape && position + 1 < text.Length)
            {
                // The escape itself stays for the expansion later, except before the blanks and quotes handled here.
                word.Append(text[++position]);
            }
            else if (quote is null && c is '"' or '\'')
            {
                quote = c;
            }
            else if (c == quote)
            {
                quote = null;
            }
            else
            {
                word.Append(c);
            }
        }

        return word.ToString();
    }

    private void Add(string name, string? value, FlagKind kind)
    {
        if (values.ContainsKey(name) && kind != FlagKind.Texts)
        {
            throw new DockerfileException($"duplicate flag specified: --{name}");
        }

        if (kind == FlagKind.Switch)
        {
            value = value switch
            {
                null => "true",
                "" => throw new DockerfileException($"missing a value on flag: --{name}"),
                _ when value.ToLowerInvariant() is "true" or "false" => value.ToLowerInvariant(),
                _ => throw new DockerfileException($"expecting boolean value for flag --{name}, not: {value}"),
            };
        }

        values.TryAdd(name, []);
        values[name].Add(value ?? throw new DockerfileException($"missing a value on flag: --{name}"));
    }
}

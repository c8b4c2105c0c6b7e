namespace Gantry.Cli.CommandLine;

/// <summary>The command line asks for help.</summary>
/// <param name="byShorthand">By <c>-h</c>, which docker warns of.</param>
internal sealed class HelpRequestedException(bool byShorthand = false) : Exception
{
    public const string Warning = "Flag shorthand -h has been deprecated, use --help";

    public bool ByShorthand => byShorthand;
}

/// <summary>The command line is wrong: the message, with the usage line below it.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Reads options the way pflag does: <c>--name value</c>, <c>--name=value</c>, <c>-abc</c>, <c>-n5</c>, <c>--</c>.</summary>
internal static class OptionParser
{
    /// <summary>Sets the options and returns the arguments.</summary>
    /// <exception cref="UsageException">In pflag's words.</exception>
    public static IReadOnlyList<string> Parse(OptionTable options, IReadOnlyList<string> arguments)
    {
        var rest = new List<string>();
        HelpRequestedException? help = null;
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                rest.AddRange(arguments.Skip(i + 1));
                break;
            }

            if (argument.Length < 2 || argument[0] != '-')
            {
                rest.Add(argument);
                if (!options.Interspersed)
                {
                    rest.AddRange(arguments.Skip(i + 1));
                    break;
                }
            }
            else if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                i += ParseLong(options, arguments, i, ref help);
            }
            else
            {
                i += ParseShort(options, arguments, i, ref help);
            }
        }

        // What is wrong with the rest is said first.
        return help is null ? rest : throw help;
    }

    // Both return how many further arguments were taken.
    private static int ParseLong(OptionTable options, IReadOnlyList<string> arguments, int index, ref HelpRequestedException? help)
    {
        var text = arguments[index][2..];
        var equals = text.IndexOf('=');
        var name = equals < 0 ? text : text[..equals];
        if (name.Length == 0 || name[0] is '-' or '=')
        {
            throw new UsageException($"bad flag syntax: {arguments[index]}");
        }

        if (options.Find(name) is not { } option)
        {
            help = name == "help" ? new HelpRequestedException() : throw new UsageException($"unknown flag: --{name}");
            return 0;
        }

        if (equals >= 0)
        {
            Set(option, text[(equals + 1)..]);
            return 0;
        }

        if (option.IsSwitch)
        {
            Set(option, "true");
            return 0;
        }

        if (index + 1 >= arguments.Count)
        {
            throw new UsageException($"flag needs an argument: --{name}");
        }

        Set(option, arguments[index + 1]);
        return 1;
    }

    private static int ParseShort(OptionTable options, IReadOnlyList<string> arguments, int index, ref HelpRequestedException? help)
    {
        var text = arguments[index][1..];
        for (var i = 0; i < text.Length; i++)
        {
            if (options.Find(text[i]) is not { } option)
            {
                help = text[i] == 'h' ? new HelpRequestedException(byShorthand: true) : throw new UsageException($"unknown shorthand flag: '{text[i]}' in -{text[i..]}");
                continue;
            }

            if (i + 2 < text.Length + 0 && text[i + 1] == '=')
            {
                Set(option, text[(i + 2)..]);
                return 0;
            }

            if (option.IsSwitch)
            {
                Set(option, "true");
                continue;
            }

            if (i + 1 < text.Length)
            {
                Set(option, text[(i + 1)..]);
                return 0;
            }

            if (index + 1 >= arguments.Count)
            {
                throw new UsageException($"flag needs an argument: '{text[i]}' in -{text[i..]}");
            }

            Set(option, arguments[index + 1]);
            return 1;
        }

        return 0;
    }

    private static void Set(Option option, string value)
    {
        try
        {
            option.Set(value);
        }
        catch (FormatException e)
        {
            var names = option.Short == '\0' ? $"--{option.Name}" : $"-{option.Short}, --{option.Name}";
            throw new UsageException($"invalid argument \"{value}\" for \"{names}\" flag: {e.Message}");
        }
    }
}

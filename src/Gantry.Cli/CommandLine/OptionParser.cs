namespace Gantry.Cli.CommandLine;

/// <summary>The command line asks for help.</summary>
internal sealed class HelpRequestedException : Exception;

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
                i += ParseLong(options, arguments, i);
            }
            else
            {
                i += ParseShort(options, arguments, i);
            }
        }

        return rest;
    }

    // Both return how many further arguments were taken.
    private static int ParseLong(OptionTable options, IReadOnlyList<string> arguments, int index)
    {
        var text = arguments[index][2..];
        var equals = text.IndexOf('=');
        var name = equals < 0 ? text : text[..equals];
        if (name.Length == 0 || name[0] is '-' or '=')
        {
            throw new UsageException($"bad flag syntax: {arguments[index]}");
        }

        var option = options.Find(name) ?? (name == "help" ? throw new HelpRequestedException() : throw new UsageException($"unknown flag: --{name}"));
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

    private static int ParseShort(OptionTable options, IReadOnlyList<string> arguments, int index)
    {
        var text = arguments[index][1..];
        for (var i = 0; i < text.Length; i++)
        {
            var option = options.Find(text[i])
                ?? (text[i] == 'h' ? throw new HelpRequestedException() : throw new UsageException($"unknown shorthand flag: '{text[i]}' in -{text[i..]}"));
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

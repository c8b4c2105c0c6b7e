using System.Text;

namespace Gantry.Daemon.Hosting.Configuration;

/// <summary>The command line of gantryd: Docker's names where dockerd has the same option.</summary>
/// <param name="Flags">Directives with the values given, in order of first use.</param>
/// <param name="ConfigFile">Null is the default place.</param>
internal sealed record CommandLine(CommandLineAction Action, IReadOnlyList<(Directive Directive, IReadOnlyList<string> Values)> Flags, string? ConfigFile)
{
    /// <exception cref="CommandLineException">An option is unknown or lacks its value.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var action = CommandLineAction.Run;
        string? configFile = null;
        var flags = new List<(Directive Directive, List<string> Values)>();
        var remaining = new Queue<string>(arguments);
        while (remaining.TryDequeue(out var argument))
        {
            var (name, inline) = Split(argument);
            string Value() => inline ?? (remaining.TryDequeue(out var next) ? next : throw new CommandLineException($"flag needs an argument: {name}"));
            switch (name)
            {
                case "--help" or "-h":
                    return new CommandLine(CommandLineAction.Help, [], null);
                case "--version" or "-v":
                    return new CommandLine(CommandLineAction.Version, [], null);
                case "--remove-all":
                    action = CommandLineAction.RemoveAll;
                    continue;
                case "--validate":
                    action = CommandLineAction.Validate;
                    continue;
                case "--config-file":
                    configFile = Value();
                    continue;
            }

            if (!name.StartsWith('-'))
            {
                throw new CommandLineException($"\"gantryd\" accepts no arguments: {name}");
            }

            var directive = (name.StartsWith("--", StringComparison.Ordinal) ? Directives.ByFlag(name[2..]) : name.Length == 2 ? Directives.ByShort(name[1]) : null)
                ?? throw new CommandLineException($"unknown flag: {name}");
            var value = directive.Shape == DirectiveShape.Switch ? inline ?? "true" : Value();
            Check(directive, value);
            if (flags.Find(flag => flag.Directive == directive) is { Values: { } values })
            {
                values.Add(value);
            }
            else
            {
                flags.Add((directive, [value]));
            }
        }

        return new CommandLine(action, [.. flags.Select(flag => (flag.Directive, (IReadOnlyList<string>)flag.Values))], configFile);
    }

    public static string Help()
    {
        var rows = Directives.All.Where(directive => directive.Usage is not null && directive.Flag.Length > 0).Select(directive => (directive.Short, directive.Flag, directive.Usage!.Value.Type, directive.Usage.Value.Text))
            .Append(('\0', "config-file", "string", "Configuration file (default \"/etc/gantry/daemon.json\", else \"/etc/docker/daemon.json\")"))
            .Append(('\0', "help", "", "Print usage"))
            .Append(('\0', "remove-all", "", "Remove all containers, networks, images and state, and quit"))
            .Append(('\0', "validate", "", "Validate the configuration and quit"))
            .Append(('v', "version", "", "Print version information and quit"))
            .OrderBy(row => row.Item2, StringComparer.Ordinal)
            .Select(row => (Name: $"  {(row.Item1 == '\0' ? "   " : $"-{row.Item1},")} --{row.Item2} {row.Item3}".TrimEnd(), Text: row.Item4)).ToArray();
        var text = new StringBuilder("Usage:  gantryd [OPTIONS]\n\nA container engine that speaks the Docker API.\n\nOptions:\n");
        var width = rows.Max(row => row.Name.Length) + 3;
        foreach (var (name, usage) in rows)
        {
            text.Append(name.PadRight(width)).Append(usage).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    private static void Check(Directive directive, string value)
    {
        try
        {
            directive.Apply(new DaemonOptions(), value);
        }
        catch (FormatException error)
        {
            throw new CommandLineException($"invalid argument \"{value}\" for \"{(directive.Short == '\0' ? "" : $"-{directive.Short}, ")}--{directive.Flag}\" flag: {error.Message}");
        }
    }

    // --name=value, -Hvalue
    private static (string Name, string? Inline) Split(string argument)
    {
        if (argument.StartsWith("--", StringComparison.Ordinal))
        {
            var equals = argument.IndexOf('=');
            return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
        }

        return argument is ['-', var letter, _, ..] && Directives.ByShort(letter) is not null ? (argument[..2], argument[2..].TrimStart('=')) : (argument, null);
    }
}

/// <summary>What a command line asks for.</summary>
internal enum CommandLineAction
{
    Run,
    Help,
    Version,
    RemoveAll,
    Validate,
}

/// <summary>A command line that cannot be followed.</summary>
internal sealed class CommandLineException(string message) : Exception(message);

using System.Text;

namespace Gantry.Cli.CommandLine;

/// <summary>Help in docker's layout; options wrapped by pflag's rules at 80 columns.</summary>
internal static class HelpText
{
    private const int Width = 79;

    public static string Of(Command command, string program, string path)
    {
        var text = new StringBuilder(UsageLine(command, program, path)).Append("\n\n").Append(command.Description ?? command.Summary).Append('\n');
        if (command.Aliases.Count > 1)
        {
            text.Append("\nAliases:\n  ").AppendJoin(", ", command.Aliases.Select(a => $"{program} {a}")).Append('\n');
        }

        // pflag hides --help as long as -h is free for it.
        IEnumerable<Option> help = command.Options.Find('h') is null ? [] : [new Switch(false) { Name = "help", Short = '\0', TypeName = "", Usage = "Print usage" }];
        var options = command.Options.Listed.Concat(help).OrderBy(o => o.Name, StringComparer.Ordinal).ToList();
        if (options.Count > 0)
        {
            text.Append("\nOptions:\n").Append(Options(options));
        }

        return text.ToString();
    }

    public static string Of(CommandGroup group, string program)
    {
        var text = new StringBuilder($"Usage:  {program} {group.Name} COMMAND\n\n{group.Summary}\n\nCommands:\n");
        AppendCommands(text, group.Commands.Select(c => (Name: c.Names[0], Command: c.Create())).Where(c => !c.Command.Hidden).Select(c => (c.Name, c.Command.Summary)));
        return text.Append($"\nRun '{program} {group.Name} COMMAND --help' for more information on a command.\n").ToString();
    }

    /// <summary><c>Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]</c>.</summary>
    public static string UsageLine(Command command, string program, string path)
    {
        var arguments = command.Usage.IndexOf(' ');
        return $"Usage:  {program} {path}{(arguments < 0 ? "" : command.Usage[arguments..])}";
    }

    public static void AppendCommands(StringBuilder text, IEnumerable<(string Name, string Summary)> commands)
    {
        foreach (var (name, summary) in commands.OrderBy(c => c.Name, StringComparer.Ordinal))
        {
            text.Append("  ").Append(name.PadRight(11)).Append(' ').Append(summary).Append('\n');
        }
    }

    public static string Options(IReadOnlyList<Option> options)
    {
        var lines = options.Select(o => (Left: Left(o), Right: o.DefaultText.Length == 0 ? o.Usage : $"{o.Usage} (default {o.DefaultText})")).ToList();
        var column = lines.Max(l => l.Left.Length) + 3;
        var text = new StringBuilder();
        foreach (var (left, right) in lines)
        {
            text.Append(left.PadRight(column)).Append(Wrap(column, Width, right)).Append('\n');
        }

        return text.ToString();
    }

    private static string Left(Option option) =>
        (option.Short == '\0' ? "      --" : $"  -{option.Short}, --") + option.Name + (option.TypeName.Length == 0 ? "" : " " + option.TypeName);

    // pflag's wrap: breaks at the last blank before the edge and lets the last line go five columns over.
    private static string Wrap(int indent, int width, string text)
    {
        const int Slop = 5;
        var room = width - indent;
        var result = new StringBuilder();
        if (room < 24)
        {
            indent = 16;
            room = width - indent;
            result.Append('\n').Append(' ', indent);
        }

        var margin = "\n" + new string(' ', indent);
        room -= Slop;
        while (true)
        {
            string line;
            (line, text) = Split(room, Slop, text);
            result.Append(line.Replace("\n", margin));
            if (text.Length == 0)
            {
                return result.ToString();
            }

            result.Append(margin);
        }
    }

    private static (string Line, string Tail) Split(int room, int slop, string text)
    {
        if (room + slop > text.Length)
        {
            return (text, "");
        }

        var blank = text.AsSpan(0, room).LastIndexOfAny(" \t\n");
        if (blank <= 0)
        {
            return (text, "");
        }

        var newline = text.AsSpan(0, room).LastIndexOf('\n');
        var cut = newline > 0 && newline < blank ? newline : blank;
        return (text[..cut], text[(cut + 1)..]);
    }
}

using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands;
using Gantry.Cli.Extensions;

namespace Gantry.Cli;

/// <summary>What the program says when called without a command.</summary>
internal static class TopLevelHelp
{
    public static string Text(string program, OptionTable options, IReadOnlyList<CliPlugin> plugins)
    {
        var text = new StringBuilder($"Usage:  {program} [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n\nCommon Commands:\n");
        foreach (var (name, create) in CommandCatalog.Common)
        {
            text.Append("  ").Append(name.PadRight(11)).Append(' ').Append(create().Summary).Append('\n');
        }

        text.Append("\nManagement Commands:\n");
        HelpText.AppendCommands(text, CommandCatalog.Groups.Where(g => !g.Experimental).Select(g => (g.Name, g.Summary))
            .Concat(plugins.Where(p => p is { Hidden: false, Problem: null } && CommandCatalog.Resolve([p.Name]) is null).Select(p => (p.Name + "*", p.ShortDescription))));
        text.Append("\nCommands:\n");
        HelpText.AppendCommands(text, CommandCatalog.Others.Select(c => (c.Name, c.Create().Summary)));
        if (plugins.Where(p => p.Problem is not null).ToList() is { Count: > 0 } bad)
        {
            text.Append("\nInvalid Plugins:\n");
            HelpText.AppendCommands(text, bad.Select(p => (p.Name, p.Problem!)));
        }

        text.Append("\nGlobal Options:\n").Append(HelpText.Options(options.Listed.ToList()));
        return text.Append($"\nRun '{program} COMMAND --help' for more information on a command.\n").ToString();
    }
}

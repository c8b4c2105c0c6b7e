using Gantry.Cli.CommandLine;
using Gantry.Client;
using Gantry.Core;

namespace Gantry.Cli.Commands.Running;

/// <summary>Exit codes and messages of a container that could not be run.</summary>
internal static class RunFailure
{
    /// <summary>127 when the command is not there, 126 when it cannot be executed, else 125.</summary>
    public static ExitException Of(CommandContext context, GantryException e, string command) => Of(context, e.DisplayMessage, command);

    /// <summary>Of what was asked for, before the daemon was: always 125.</summary>
    public static ExitException Usage(CommandContext context, string message, string command) =>
        new(125, $"{context.Program}: {message}\n\nRun '{context.Program} {command} --help' for more information");

    public static ExitException Of(CommandContext context, string message, string command)
    {
        var code = message.Contains("executable file not found") || message.Contains("no such file or directory") ? 127
            : message.Contains("permission denied") || message.Contains("is a directory") ? 126
            : 125;
        return new ExitException(code, $"{context.Program}: {message}\n\nRun '{context.Program} {command} --help' for more information");
    }
}

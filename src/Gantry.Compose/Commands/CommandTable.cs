using System.Text;

namespace Gantry.Compose.Commands;

/// <param name="Flags">In <see cref="Arguments.Parse"/>'s notation.</param>
internal sealed record CommandEntry(
    string Name, string Synopsis, string Description, string Flags, Func<ComposeContext, Arguments, CancellationToken, Task<int>> RunAsync, bool StopsAtPositional = false)
{
    public string Usage
    {
        get
        {
            var text = new StringBuilder($"Usage:  gantry compose {Name} {Synopsis}\n\n{Description}\n\nOptions:\n");
            foreach (var names in Flags.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var parts = names.TrimEnd('=').Split(',');
                var shorthand = parts.FirstOrDefault(part => part.Length == 1) is { } letter ? $"-{letter}, " : "    ";
                text.Append($"  {shorthand}--{parts[0]}{(names.EndsWith('=') ? " value" : "")}\n");
            }

            return text.ToString().TrimEnd();
        }
    }
}

/// <summary>The commands, one file each.</summary>
internal static class CommandTable
{
    private static readonly CommandEntry[] Commands =
    [
        new("build", "[OPTIONS] [SERVICE...]", "Build or rebuild services", BuildCommand.Flags, BuildCommand.RunAsync),
        new("config", "[OPTIONS] [SERVICE...]", "Parse, resolve and render compose file in canonical format", ConfigCommand.Flags, ConfigCommand.RunAsync),
        new("convert", "[OPTIONS] [SERVICE...]", "Parse, resolve and render compose file in canonical format", ConfigCommand.Flags, ConfigCommand.RunAsync),
        new("create", "[OPTIONS] [SERVICE...]", "Creates containers for a service", CreateCommand.Flags, CreateCommand.RunAsync),
        new("down", "[OPTIONS] [SERVICES]", "Stop and remove containers, networks", DownCommand.Flags, DownCommand.RunAsync),
        new("events", "[OPTIONS] [SERVICE...]", "Receive real time events from containers", EventsCommand.Flags, EventsCommand.RunAsync),
        new("exec", "[OPTIONS] SERVICE COMMAND [ARGS...]", "Execute a command in a running container", ExecCommand.Flags, ExecCommand.RunAsync, StopsAtPositional: true),
        new("images", "[OPTIONS] [SERVICE...]", "List images used by the created containers", ImagesCommand.Flags, ImagesCommand.RunAsync),
        new("kill", "[OPTIONS] [SERVICE...]", "Force stop service containers", LifecycleCommands.KillFlags, LifecycleCommands.KillAsync),
        new("logs", "[OPTIONS] [SERVICE...]", "View output from containers", LogsCommand.Flags, LogsCommand.RunAsync),
        new("ls", "[OPTIONS]", "List running compose projects", LsCommand.Flags, LsCommand.RunAsync),
        new("pause", "[SERVICE...]", "Pause services", "", LifecycleCommands.PauseAsync),
        new("plan", "[OPTIONS] [SERVICE...]", "Show what up would do, without doing it", UpCommand.PlanFlags, UpCommand.PlanAsync),
        new("port", "[OPTIONS] SERVICE PRIVATE_PORT", "Print the public port for a port binding", PortCommand.Flags, PortCommand.RunAsync),
        new("ps", "[OPTIONS] [SERVICE...]", "List containers", PsCommand.Flags, PsCommand.RunAsync),
        new("pull", "[OPTIONS] [SERVICE...]", "Pull service images", PullCommand.Flags, PullCommand.RunAsync),
        new("restart", "[OPTIONS] [SERVICE...]", "Restart service containers", LifecycleCommands.RestartFlags, LifecycleCommands.RestartAsync),
        new("rm", "[OPTIONS] [SERVICE...]", "Removes stopped service containers", RmCommand.Flags, RmCommand.RunAsync),
        new("run", "[OPTIONS] SERVICE [COMMAND] [ARGS...]", "Run a one-off command on a service", RunCommand.Flags, RunCommand.RunAsync, StopsAtPositional: true),
        new("scale", "[OPTIONS] [SERVICE=REPLICAS...]", "Scale services", ScaleCommand.Flags, ScaleCommand.RunAsync),
        new("start", "[SERVICE...]", "Start services", LifecycleCommands.StartFlags, LifecycleCommands.StartAsync),
        new("stop", "[OPTIONS] [SERVICE...]", "Stop services", LifecycleCommands.StopFlags, LifecycleCommands.StopAsync),
        new("top", "[SERVICES...]", "Display the running processes", "", TopCommand.RunAsync),
        new("unpause", "[SERVICE...]", "Unpause services", "", LifecycleCommands.UnpauseAsync),
        new("up", "[OPTIONS] [SERVICE...]", "Create and start containers", UpCommand.Flags, UpCommand.RunAsync),
        new("version", "[OPTIONS]", "Show the Gantry Compose version information", VersionCommand.Flags, VersionCommand.RunAsync),
        new("wait", "SERVICE [SERVICE...] [OPTIONS]", "Block until containers of all (or specified) services stop.", WaitCommand.Flags, WaitCommand.RunAsync),
    ];

    /// <summary>The overview that <c>gantry compose</c> prints.</summary>
    public static string Help => "Usage:  gantry compose [OPTIONS] COMMAND\n\nDefine and run multi-container applications with Gantry\n\nOptions:\n"
        + "      --ansi string                Control when to print ANSI control characters (\"never\"|\"always\"|\"auto\")\n"
        + "      --env-file stringArray       Specify an alternate environment file\n"
        + "  -f, --file stringArray           Compose configuration files\n"
        + "      --profile stringArray        Specify a profile to enable\n"
        + "      --progress string            Set type of progress output (auto, tty, plain, quiet)\n"
        + "      --project-directory string   Specify an alternate working directory\n"
        + "  -p, --project-name string        Project name\n\nCommands:\n"
        + string.Join('\n', Commands.Where(command => command.Name != "convert").Select(command => $"  {command.Name,-10}  {command.Description}"));

    public static CommandEntry? Find(string name) => Array.Find(Commands, command => command.Name == name);
}

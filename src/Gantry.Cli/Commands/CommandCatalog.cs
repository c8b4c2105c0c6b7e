using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands.Containers;
using Gantry.Cli.Commands.Host;
using Gantry.Cli.Commands.Images;

namespace Gantry.Cli.Commands;

/// <summary>Every command by its path. Commands are made when they are called for.</summary>
internal static class CommandCatalog
{
    public static IReadOnlyList<CommandGroup> Groups { get; } =
    [
        new("builder", "Manage builds",
        [
            (["build"], BuildCommand.Create),
            (["prune"], Builds.PruneCommand.Create),
        ]),
        new("container", "Manage containers",
        [
            (["attach"], AttachCommand.Create),
            (["commit"], CommitCommand.Create),
            (["cp"], CopyCommand.Create),
            (["create"], Containers.CreateCommand.Create),
            (["diff"], DiffCommand.Create),
            (["exec"], ExecCommand.Create),
            (["export"], ExportCommand.Create),
            (["inspect"], Containers.InspectCommand.Create),
            (["kill"], KillCommand.Create),
            (["logs"], LogsCommand.Create),
            (["ls", "list", "ps"], Containers.ListCommand.Create),
            (["pause"], PauseCommand.Create),
            (["port"], PortCommand.Create),
            (["prune"], Containers.PruneCommand.Create),
            (["rename"], RenameCommand.Create),
            (["restart"], RestartCommand.Create),
            (["rm", "remove"], Containers.RemoveCommand.Create),
            (["run"], RunCommand.Create),
            (["start"], StartCommand.Create),
            (["stats"], StatsCommand.Create),
            (["stop"], StopCommand.Create),
            (["top"], TopCommand.Create),
            (["unpause"], UnpauseCommand.Create),
            (["update"], UpdateCommand.Create),
            (["wait"], WaitCommand.Create),
        ]),
        new("context", "Manage contexts",
        [
            (["create"], Contexts.CreateCommand.Create),
            (["export"], Contexts.ExportCommand.Create),
            (["import"], Contexts.ImportCommand.Create),
            (["inspect"], Contexts.InspectCommand.Create),
            (["ls", "list"], Contexts.ListCommand.Create),
            (["rm", "remove"], Contexts.RemoveCommand.Create),
            (["show"], Contexts.ShowCommand.Create),
            (["update"], Contexts.UpdateCommand.Create),
            (["use"], Contexts.UseCommand.Create),
        ]),
        new("image", "Manage images",
        [
            (["build"], BuildCommand.Create),
            (["history"], HistoryCommand.Create),
            (["import"], ImportCommand.Create),
            (["bootstrap"], Images.BootstrapCommand.Create),
            (["inspect"], Images.InspectCommand.Create),
            (["load"], LoadCommand.Create),
            (["ls", "list"], Images.ListCommand.Create),
            (["prune"], Images.PruneCommand.Create),
            (["pull"], PullCommand.Create),
            (["push"], PushCommand.Create),
            (["rm", "remove"], Images.RemoveCommand.Create),
            (["save"], SaveCommand.Create),
            (["tag"], TagCommand.Create),
        ]),
        new("network", "Manage networks",
        [
            (["connect"], Networks.ConnectCommand.Create),
            (["create"], Networks.CreateCommand.Create),
            (["disconnect"], Networks.DisconnectCommand.Create),
            (["inspect"], Networks.InspectCommand.Create),
            (["ls", "list"], Networks.ListCommand.Create),
            (["prune"], Networks.PruneCommand.Create),
            (["rm", "remove"], Networks.RemoveCommand.Create),
        ]),
        new("system", "Manage Docker",
        [
            (["df"], DiskUsageCommand.Create),
            (["dial-stdio"], DialStandardStreamsCommand.Create),
            (["events"], EventsCommand.Create),
            (["info"], InfoCommand.Create),
            (["prune"], Host.PruneCommand.Create),
        ]),
        new("volume", "Manage volumes",
        [
            (["create"], Volumes.CreateCommand.Create),
            (["inspect"], Volumes.InspectCommand.Create),
            (["ls", "list"], Volumes.ListCommand.Create),
            (["prune"], Volumes.PruneCommand.Create),
            (["rm", "remove"], Volumes.RemoveCommand.Create),
        ]),
    ];

    /// <summary>Those that help lists first.</summary>
    public static IReadOnlyList<(string Name, Func<Command> Create)> Common { get; } =
    [
        ("run", RunCommand.Create),
        ("exec", ExecCommand.Create),
        ("ps", Containers.ListCommand.Create),
        ("build", BuildCommand.Create),
        ("pull", PullCommand.Create),
        ("push", PushCommand.Create),
        ("images", Images.ListCommand.Create),
        ("login", LoginCommand.Create),
        ("logout", LogoutCommand.Create),
        ("search", SearchCommand.Create),
        ("version", VersionCommand.Create),
        ("info", InfoCommand.Create),
        ("compose", ComposeCommand.Create),
    ];

    public static IReadOnlyList<(string Name, Func<Command> Create)> Others { get; } =
    [
        ("attach", AttachCommand.Create),
        ("commit", CommitCommand.Create),
        ("cp", CopyCommand.Create),
        ("create", Containers.CreateCommand.Create),
        ("diff", DiffCommand.Create),
        ("events", EventsCommand.Create),
        ("export", ExportCommand.Create),
        ("history", HistoryCommand.Create),
        ("import", ImportCommand.Create),
        ("inspect", InspectAnyCommand.Create),
        ("kill", KillCommand.Create),
        ("load", LoadCommand.Create),
        ("logs", LogsCommand.Create),
        ("pause", PauseCommand.Create),
        ("port", PortCommand.Create),
        ("rename", RenameCommand.Create),
        ("restart", RestartCommand.Create),
        ("rm", Containers.RemoveCommand.Create),
        ("rmi", Images.RemoveCommand.Create),
        ("save", SaveCommand.Create),
        ("start", StartCommand.Create),
        ("stats", StatsCommand.Create),
        ("stop", StopCommand.Create),
        ("tag", TagCommand.Create),
        ("top", TopCommand.Create),
        ("unpause", UnpauseCommand.Create),
        ("update", UpdateCommand.Create),
        ("wait", WaitCommand.Create),
    ];

    public static CommandGroup? FindGroup(string name) => Groups.FirstOrDefault(g => g.Name == name);

    public static Func<Command>? FindTopLevel(string name) => Common.Concat(Others).FirstOrDefault(c => c.Name == name).Create;
}

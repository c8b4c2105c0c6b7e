using Gantry.Cli.CommandLine;
using Gantry.Client;
using Gantry.Client.Http;
using Gantry.Core;

namespace Gantry.Cli.Commands.Swarm;

/// <summary>
/// The commands of docker's orchestrator. Gantry is no swarm: each asks the daemon the question that docker's command asks first and
/// hands on its answer, so that scripts meet the message and the exit code they know.
/// </summary>
internal static class SwarmCommands
{
    public static IReadOnlyList<CommandGroup> Groups { get; } =
    [
        Group("config", "Manage Swarm configs", ("create", "CONFIG file|-"), ("inspect", "CONFIG [CONFIG...]"), ("ls", ""), ("rm", "CONFIG [CONFIG...]")),
        Group("node", "Manage Swarm nodes",
            ("demote", "NODE [NODE...]"), ("inspect", "self|NODE [NODE...]"), ("ls", ""), ("promote", "NODE [NODE...]"), ("ps", "[NODE...]"), ("rm", "NODE [NODE...]"), ("update", "NODE")),
        Group("secret", "Manage Swarm secrets", ("create", "SECRET [file|-]"), ("inspect", "SECRET [SECRET...]"), ("ls", ""), ("rm", "SECRET [SECRET...]")),
        Group("service", "Manage Swarm services",
            ("create", "IMAGE [COMMAND] [ARG...]"), ("inspect", "SERVICE [SERVICE...]"), ("logs", "SERVICE|TASK"), ("ls", ""), ("ps", "SERVICE [SERVICE...]"),
            ("rm", "SERVICE [SERVICE...]"), ("rollback", "SERVICE"), ("scale", "SERVICE=REPLICAS [SERVICE=REPLICAS...]"), ("update", "SERVICE")),
        Group("stack", "Manage Swarm stacks", ("config", ""), ("deploy", "STACK"), ("ls", ""), ("ps", "STACK"), ("rm", "STACK [STACK...]"), ("services", "STACK")),
        Group("swarm", "Manage Swarm",
            ("ca", ""), ("init", ""), ("join", "HOST:PORT"), ("join-token", "(worker|manager)"), ("leave", ""), ("unlock", ""), ("unlock-key", ""), ("update", "")),
    ];

    private static CommandGroup Group(string name, string summary, params (string Verb, string Arguments)[] verbs) => new(name, summary,
        [.. verbs.Select(v => (v.Verb == "ls" ? new[] { "ls", "list" } : v.Verb == "rm" ? ["rm", "remove"] : [v.Verb], (Func<Command>)(() => Create(name, v.Verb, v.Arguments))))]);

    private static Command Create(string group, string verb, string arguments) => new()
    {
        Usage = $"{verb} [OPTIONS] {arguments}".TrimEnd(),
        Summary = (group, verb) switch
        {
            ("swarm", "init") => "Initialize a swarm",
            ("swarm", "join") => "Join a swarm as a node and/or manager",
            _ => "Answered by the daemon: not a swarm manager",
        },
        // As docker lists them outside a swarm.
        Hidden = group == "swarm" && verb is not ("init" or "join"),
        TakesRawArguments = true,
        Action = async (context, given, cancellationToken) =>
        {
            if (group == "stack" && verb is "deploy" or "config")
            {
                throw new ExitException(1, "Gantry runs Compose files with 'compose up'; a stack needs a swarm manager");
            }

            if (verb == "inspect")
            {
                context.Out.WriteLine("[]");
            }

            var (method, path) = Question(group, verb, given.LastOrDefault(a => !a.StartsWith('-')) ?? "");
            try
            {
                await using var answer = await context.Client.SendAsync(new ApiRequest(method, path) { Body = method == "POST" ? "{}"u8.ToArray() : null }, cancellationToken).ConfigureAwait(false);
            }
            catch (GantryException e) when (verb == "unlock-key")
            {
                throw new ExitException(1, "could not fetch unlock key: " + e.DisplayMessage);
            }

            return 0;
        },
    };

    private static (string Method, string Path) Question(string group, string verb, string name) => (group, verb) switch
    {
        ("swarm", "init" or "join" or "leave" or "unlock") => ("POST", "/swarm/" + verb),
        ("swarm", "unlock-key") => ("GET", "/swarm/unlockkey"),
        ("swarm", _) => ("GET", "/swarm"),
        ("stack", _) => ("GET", "/services"),
        (_, "create") => ("POST", $"/{group}s/create"),
        (_, "ls") or ("node", "ps") => ("GET", $"/{group}s"),
        (_, "rm") => ("DELETE", $"/{group}s/{Uri.EscapeDataString(name)}"),
        _ => ("GET", $"/{group}s/{Uri.EscapeDataString(name)}"),
    };
}

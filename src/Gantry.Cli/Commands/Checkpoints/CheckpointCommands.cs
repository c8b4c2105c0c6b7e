using System.Text.Json.Nodes;
using Gantry.Cli.CommandLine;
using Gantry.Client.Http;
using Gantry.Cli.Formatting;

namespace Gantry.Cli.Commands.Checkpoints;

/// <summary>Checkpoints of a container: docker's experiment, offered by daemons that say so in their answer to a ping.</summary>
internal static class CheckpointCommands
{
    private static readonly ListFormat Format = new("{{.Name}}", "{{.Name}}", new Dictionary<string, string> { ["Name"] = "CHECKPOINT NAME" });

    public static CommandGroup Group { get; } = new("checkpoint", "Manage checkpoints",
    [
        (["create"], Create),
        (["ls", "list"], List),
        (["rm", "remove"], Remove),
    ])
    {
        Experimental = true,
    };

    private static Command Create()
    {
        var options = new OptionTable();
        var directory = Directory(options);
        var leaveRunning = options.Switch("leave-running", '\0', "Leave the container running after checkpoint");
        return new Command
        {
            Usage = "create [OPTIONS] CONTAINER CHECKPOINT",
            Summary = "Create a checkpoint from a running container",
            Arity = Arity.Exactly(2),
            Options = options,
            Action = Experimental("create", async (context, arguments, cancellationToken) =>
            {
                var body = new JsonObject { ["CheckpointID"] = arguments[1], ["CheckpointDir"] = directory.Value, ["Exit"] = !leaveRunning.Value };
                var request = new ApiRequest("POST", Path(arguments[0])) { Body = System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()) };
                await using var _ = await context.Client.SendAsync(request, cancellationToken).ConfigureAwait(false);
                context.Out.WriteLine(arguments[1]);
                return 0;
            }),
        };
    }

    private static Command List()
    {
        var options = new OptionTable();
        var directory = Directory(options);
        return new Command
        {
            Usage = "ls [OPTIONS] CONTAINER",
            Summary = "List checkpoints for a container",
            Aliases = ["checkpoint ls", "checkpoint list"],
            Arity = Arity.Exactly(1),
            Options = options,
            Action = Experimental("ls", async (context, arguments, cancellationToken) =>
            {
                await using var answer = await context.Client.SendAsync(new ApiRequest("GET", Path(arguments[0])) { Query = new Query().Add("dir", directory.Value) }, cancellationToken).ConfigureAwait(false);
                var found = JsonNode.Parse((await answer.ReadBytesAsync(cancellationToken).ConfigureAwait(false)).Span) as JsonArray ?? [];
                Format.Write(context.Out, "", quiet: false, found.Select(c => new Row { ["Name"] = () => c?["Name"]?.GetValue<string>() }));
                return 0;
            }),
        };
    }

    private static Command Remove()
    {
        var options = new OptionTable();
        var directory = Directory(options);
        return new Command
        {
            Usage = "rm [OPTIONS] CONTAINER CHECKPOINT",
            Summary = "Remove a checkpoint",
            Aliases = ["checkpoint rm", "checkpoint remove"],
            Arity = Arity.Exactly(2),
            Options = options,
            Action = Experimental("rm", async (context, arguments, cancellationToken) =>
            {
                var request = new ApiRequest("DELETE", $"{Path(arguments[0])}/{Uri.EscapeDataString(arguments[1])}") { Query = new Query().Add("dir", directory.Value) };
                await using var _ = await context.Client.SendAsync(request, cancellationToken).ConfigureAwait(false);
                return 0;
            }),
        };
    }

    private static ValueOption<string> Directory(OptionTable options) => options.String("checkpoint-dir", '\0', "Use a custom checkpoint storage directory");

    private static string Path(string container) => $"/containers/{Uri.EscapeDataString(container)}/checkpoints";

    private static CommandAction Experimental(string verb, CommandAction action) => async (context, arguments, cancellationToken) =>
        (await context.Client.System.PingAsync(cancellationToken).ConfigureAwait(false)).Experimental
            ? await action(context, arguments, cancellationToken).ConfigureAwait(false)
            : throw new ExitException(1, $"{context.Program} checkpoint {verb} is only supported on a Docker daemon with experimental features enabled");
}

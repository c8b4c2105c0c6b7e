using Gantry.Cli.CommandLine;
using Gantry.Client.Streams;
using Gantry.Client;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Fetch the logs of a container.</summary>
internal static class LogsCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var details = options.Switch("details", '\0', "Show extra details provided to logs");
        var follow = options.Switch("follow", 'f', "Follow log output");
        var since = options.String("since", '\0', "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)");
        var tail = options.String("tail", 'n', "Number of lines to show from the end of the logs", initial: "all");
        var timestamps = options.Switch("timestamps", 't', "Show timestamps");
        var until = options.String("until", '\0', "Show logs before a timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)");
        return new Command
        {
            Usage = "logs [OPTIONS] CONTAINER",
            Summary = "Fetch the logs of a container",
            Aliases = ["container logs", "logs"],
            Arity = Arity.Exactly(1),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                var container = await context.Client.Containers.InspectAsync(arguments[0], cancellationToken).ConfigureAwait(false);
                var wanted = new LogOptions
                {
                    Follow = follow.Value,
                    Timestamps = timestamps.Value,
                    Since = Moments.ToUnix(since.Value, "since"),
                    Until = Moments.ToUnix(until.Value, "until"),
                    Tail = tail.Value,
                    Details = details.Value,
                };
                await foreach (var frame in context.Client.Containers.LogsAsync(container.Id, container.Config.Tty, wanted, cancellationToken).ConfigureAwait(false))
                {
                    var output = frame.Stream == StreamKind.Stderr ? context.Console.ErrorOutput : context.Console.Output;
                    await output.WriteAsync(frame.Bytes, cancellationToken).ConfigureAwait(false);
                }

                return 0;
            },
        };
    }
}

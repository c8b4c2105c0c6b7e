using Gantry.Api;
using Gantry.Api.Containers;
using Gantry.Core;
using Gantry.Daemon.Http;
using Gantry.Daemon.Mapping;
using Gantry.Daemon.Statistics;
using Gantry.Engine;
using Gantry.Engine.Containers;
using Gantry.Runtime;

namespace Gantry.Daemon.Endpoints;

/// <summary>Containers: everything that goes on for a while.</summary>
internal sealed class ContainerStreamEndpoints(GantryEngine engine, TimeProvider clock)
{
    private static readonly TimeSpan StatsInterval = TimeSpan.FromSeconds(1);

    private ContainerService Containers => engine.Containers;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/containers/{name}/attach", AttachAsync);
        routes.MapGet("/containers/{name}/attach/ws", AttachSocketAsync);
        routes.MapPost("/containers/{name}/resize", ResizeAsync);
        routes.MapPost("/containers/{name}/wait", WaitAsync);
        routes.MapGet("/containers/{name}/logs", LogsAsync);
        routes.MapGet("/containers/{name}/stats", StatsAsync);
        routes.MapGet("/containers/{name}/export", ExportAsync);
    }

    private async Task AttachAsync(HttpContext http)
    {
        AttachedSession session;
        try
        {
            session = await Containers.AttachAsync(http.Name, ReadOptions(http.Query), http.RequestAborted);
        }
        catch (GantryException error)
        {
            await http.RefuseStreamAsync(error);
            return;
        }

        await using var owned = session;
        await http.HijackAsync(session);
    }

    private async Task AttachSocketAsync(HttpContext http)
    {
        _ = Containers.Get(http.Name);
        if (!WebSocketHandshake.IsAsked(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsync("not websocket protocol", http.RequestAborted);
            return;
        }

        await using var session = await Containers.AttachAsync(http.Name, ReadOptions(http.Query), http.RequestAborted);
        await http.HijackSocketAsync(session);
    }

    private static AttachOptions ReadOptions(QueryReader query) => new()
    {
        Stream = query.Flag("stream"),
        Logs = query.Flag("logs"),
        Stdin = query.Flag("stdin"),
        Stdout = query.Flag("stdout"),
        Stderr = query.Flag("stderr"),
        DetachKeys = query.Optional("detachKeys"),
    };

    private async Task ResizeAsync(HttpContext http)
    {
        await Containers.ResizeAsync(http.Name, http.Query.TerminalSize(), http.RequestAborted);
    }

    private async Task WaitAsync(HttpContext http)
    {
        var condition = http.Query.Text("condition") switch
        {
            "" or "not-running" => WaitCondition.NotRunning,
            "next-exit" => WaitCondition.NextExit,
            "removed" => WaitCondition.Removed,
            var other => throw GantryException.Invalid($"invalid condition: \"{other}\""),
        };

        // The wait is registered before the headers leave: clients start the container once they have them.
        var exit = Containers.Wait(http.Name, condition, http.RequestAborted);
        if (!exit.IsFaulted)
        {
            await http.Response.BeginStreamAsync("application/json");
        }

        await http.Response.WriteLineAsync(await AnswerAsync(exit, http.Response.HasStarted), DockerJson.Wire.ContainerWaitResponse);
    }

    private static async Task<ContainerWaitResponse> AnswerAsync(Task<(int ExitCode, string? Error)> exit, bool started)
    {
        try
        {
            var (code, error) = await exit;
            return new ContainerWaitResponse { StatusCode = code, Error = string.IsNullOrEmpty(error) ? null : new ContainerWaitError { Message = error } };
        }
        catch (GantryException error) when (started)
        {
            return new ContainerWaitResponse { StatusCode = -1, Error = new ContainerWaitError { Message = error.Message } };
        }
    }

    private async Task LogsAsync(HttpContext http)
    {
        var query = http.Query;
        var container = Containers.Get(http.Name);
        var wanted = new LogQuery
        {
            Stdout = query.Flag("stdout"),
            Stderr = query.Flag("stderr"),
            Since = query.Moment("since", clock),
            Until = query.Moment("until", clock),
            Tail = query.Text("tail") is not ("" or "all") && query.NumberOr("tail", -1) is >= 0 and var lines ? (int)lines : null,
            Follow = query.Flag("follow"),
        };
        if (!wanted.Stdout && !wanted.Stderr)
        {
            throw GantryException.Invalid("Bad parameters: you must choose at least one stream");
        }

        http.Response.ContentType = http.StreamType(container.Settings.Tty);
        var writer = new LogStreamWriter(http.Response.BodyWriter, framed: !container.Settings.Tty, timestamps: query.Flag("timestamps"))
        {
            Details = query.Flag("details") ? LogDetails.Of(container) : null,
        };
        await writer.CopyAsync(Containers.Logs(http.Name, wanted, http.RequestAborted), http.RequestAborted);
    }

    private async Task StatsAsync(HttpContext http)
    {
        var stream = http.Query.Flag("stream", true);
        var once = http.Query.Flag("one-shot");
        if (stream && once)
        {
            throw GantryException.Invalid("cannot have stream=true and one-shot=true");
        }

        var sampler = new ContainerSampler(Containers, engine.Facts.Memory, clock);
        var container = Containers.Get(http.Name);
        var sample = sampler.Take(container);
        http.Response.ContentType = "application/json";
        if (once || (!stream && sample.Counters is null))
        {
            // Docker gives neither name nor ID where it takes one sample.
            await http.Response.WriteLineAsync(once ? sample.ToWire(null, container) with { Name = null, Id = null } : sample.ToWire(null, container), DockerJson.Wire.ContainerStatsResponse);
            return;
        }

        // A single answer needs two samples too: its readers want rates.
        StatsSample? previous = null;
        if (stream)
        {
            await http.Response.BeginStreamAsync("application/json");
            await http.Response.WriteLineAsync(sample.ToWire(previous, container), DockerJson.Wire.ContainerStatsResponse);
        }

        do
        {
            previous = sample;
            await Task.Delay(StatsInterval, clock, http.RequestAborted);
            if (Containers.Find(container.Id.ToString()) is not { } current)
            {
                return;
            }

            sample = sampler.Take(current);
            await http.Response.WriteLineAsync(sample.ToWire(previous, current), DockerJson.Wire.ContainerStatsResponse);
        }
        while (stream);
    }

    private Task ExportAsync(HttpContext http)
    {
        var container = Containers.Get(http.Name);
        http.Response.ContentType = "application/octet-stream";
        return Containers.ExportAsync(container.Id.ToString(), http.Response.Body, http.RequestAborted);
    }
}

using System.Globalization;
using Gantry.Api;
using Gantry.Api.Images;
using Gantry.Build;
using Gantry.Core;
using Gantry.Daemon.Http;
using Gantry.Daemon.Mapping;
using Gantry.Engine;
using Gantry.Images;

namespace Gantry.Daemon.Endpoints;

/// <summary>The classic build API, with the <c>gantry-</c> parameters of our own clients.</summary>
internal sealed class BuildEndpoints(GantryEngine engine)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/build", BuildAsync);
        routes.MapPost("/build/prune", PruneAsync);
        routes.MapPost("/build/cancel", Cancel);
    }

    private async Task BuildAsync(HttpContext http)
    {
        var query = http.Query;
        var tags = query.All("t").Select(References.Parse).ToArray();
        var contexts = query.Map("gantry-contexts").ToDictionary(context => context.Key, context => context.Value ?? "");
        var request = ReadRequest(query) with { Registries = http.Request.Registries };
        var output = new BuildOutput(http.Response, quiet: query.Flag("q"), structured: query.Flag("gantry-events"));

        var events = new BuildQueue();
        var build = RunAsync();
        try
        {
            http.Response.ContentType = "application/json";
            await foreach (var item in events.ReadAllAsync())
            {
                await output.WriteAsync(item);
            }

            await output.CompleteAsync(await build, tags);
        }
        catch (Exception error) when (error is not OperationCanceledException && http.Response.HasStarted)
        {
            await output.FailAsync();
            await http.Response.WriteLineAsync(JsonMessage.Failed(ErrorText.Of(error), (error as GantryException)?.ExitCode ?? 0), DockerJson.Wire.JsonMessage);
        }
        finally
        {
            // When writing failed the client is gone; the build is cancelled with its request and still awaited.
            await build.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        async Task<Image> RunAsync()
        {
            try
            {
                return query.Optional("remote") is { } remote ? await engine.Builds.BuildAsync(remote, request, tags, events, http.RequestAborted) : await engine.Builds.BuildAsync(
                    http.Request.Body, request, contexts, query.List("gantry-secrets"), tags, events, http.RequestAborted);
            }
            finally
            {
                events.Complete();
            }
        }
    }

    // A build ends with its request; what is cancelled by an ID is a build of a session, which ends with its session.
    private static Task Cancel(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        return http.Query.Optional("id") is not null ? Task.CompletedTask : throw GantryException.Invalid("build ID not provided");
    }

    private Task PruneAsync(HttpContext http)
    {
        var pruned = engine.Builds.Prune(CachePruneMapping.Read(http.Query, DateTimeOffset.UtcNow));
        return http.Response.WriteJsonAsync(new BuildPruneResponse { CachesDeleted = pruned.Ids.NullIfEmpty(), SpaceReclaimed = pruned.Freed }, DockerJson.Wire.BuildPruneResponse);
    }

    private static BuildRequest ReadRequest(QueryReader query)
    {
        var arguments = query.Map("buildargs");
        return new BuildRequest
        {
            // The service unpacks the context and puts its folder here.
            ContextDirectory = "",
            DockerfilePath = query.Optional("dockerfile") ?? "Dockerfile",
            Target = query.Optional("target"),
            Arguments = arguments,
            Labels = query.Map("labels").ToDictionary(label => label.Key, label => label.Value ?? ""),
            Platform = query.Platform(),
            NoCache = query.Flag("nocache"),
            Pull = query.Flag("pull"),
            NetworkMode = query.Optional("networkmode") ?? "default",
            ExtraHosts = query.List("extrahosts"),
            ShmSize = query.NumberOr("shmsize", 0),
            TrustHostCertificates = query.Flag("gantry-trust-host-ca"),
            SourceDateEpoch = arguments.GetValueOrDefault("SOURCE_DATE_EPOCH") is { Length: > 0 } epoch
                && long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
        };
    }

    private sealed class BuildQueue() : ProgressQueue<BuildEvent>(line => line is BuildEvent.PullProgress { Bytes: { } bytes } && bytes.Current < bytes.Total), IPacedProgress;
}

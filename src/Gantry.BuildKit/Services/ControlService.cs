using Gantry.BuildKit.Builds;
using Gantry.BuildKit.Messages;
using Gantry.Core;
using Gantry.Build.Cache;
using Gantry.Engine;
using Gantry.Images;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;
using Grpc.Core;

namespace Gantry.BuildKit.Services;

/// <summary>BuildKit's Control service, as far as buildx uses it with the docker driver.</summary>
internal sealed class ControlService(GantryEngine engine, BuildRegistry registry, DockerfileSolver solver, Worker worker) : Control.ControlBase
{
    private const string DockerfileFrontend = "dockerfile.v0";

    public override Task<InfoResponse> Info(InfoRequest request, ServerCallContext context) =>
        Task.FromResult(new InfoResponse { BuildkitVersion = worker.Version });

    public override Task<ListWorkersResponse> ListWorkers(ListWorkersRequest request, ServerCallContext context) =>
        Task.FromResult(new ListWorkersResponse { Record = { worker.ToRecord() } });

    public override Task<SolveResponse> Solve(SolveRequest request, ServerCallContext context) => Faults.RunAsync(async () =>
    {
        var job = registry.GetOrAdd(request.Ref);
        if (!job.TryAccept(request))
        {
            throw GantryException.Conflict($"job ID {request.Ref} exists");
        }

        try
        {
            var export = ImageExport.Read(request);
            var response = new SolveResponse();
            if (await SolveAsync(job, request, context.CancellationToken) is { } image && !request.Internal)
            {
                foreach (var (key, value) in await export.RunAsync(engine.Builds, image, job.Progress))
                {
                    response.ExporterResponse[key] = value;
                }
            }

            return response;
        }
        finally
        {
            job.Progress.Complete();
            registry.Remove(request.Ref, job);
        }
    });

    public override async Task Status(StatusRequest request, IServerStreamWriter<StatusResponse> responseStream, ServerCallContext context)
    {
        // Made here when it overtakes its Solve.
        var job = registry.GetOrAdd(request.Ref);
        await foreach (var update in job.Progress.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(update);
        }
    }

    public override Task<DiskUsageResponse> DiskUsage(DiskUsageRequest request, ServerCallContext context)
    {
        var response = new DiskUsageResponse();
        response.Record.AddRange(engine.Builds.CacheRecords().Select(Usage));
        return Task.FromResult(response);
    }

    public override async Task Prune(PruneRequest request, IServerStreamWriter<UsageRecord> responseStream, ServerCallContext context)
    {
        var records = engine.Builds.CacheRecords();
        var pruned = engine.Builds.Prune(new CachePrune
        {
            All = request.All,
            UnusedSince = request.KeepDuration > 0 ? DateTimeOffset.UtcNow - TimeSpan.FromTicks(request.KeepDuration / 100) : null,
            Filters = request.Filter.Select(filter => filter.Split(["==", "~=", "="], 2, StringSplitOptions.None)).GroupBy(pair => pair[0]).ToDictionary(same => same.Key, same => same.Last()[^1]),
            ReservedSpace = request.ReservedSpace,
            MaxUsedSpace = request.MaxUsedSpace,
            MinFreeSpace = request.MinFreeSpace,
        });
        foreach (var record in records.Where(record => pruned.Ids.Contains(record.Id)))
        {
            await responseStream.WriteAsync(Usage(record));
        }
    }

    private static UsageRecord Usage(CacheRecord record) => new()
    {
        ID = record.Id,
        InUse = record.InUse,
        Shared = record.Shared,
        Size = record.Size,
        Description = record.Description,
        RecordType = record.Type,
        UsageCount = record.Uses,
        CreatedAt = Timestamp.FromDateTimeOffset(record.Created),
        LastUsedAt = Timestamp.FromDateTimeOffset(record.LastUsed),
    };

    /// <summary>There is no history: it is empty at once, or for as long as the client listens.</summary>
    public override async Task ListenBuildHistory(BuildHistoryRequest request, IServerStreamWriter<BuildHistoryEvent> responseStream, ServerCallContext context)
    {
        if (!request.EarlyExit)
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    public override Task<UpdateBuildHistoryResponse> UpdateBuildHistory(UpdateBuildHistoryRequest request, ServerCallContext context) =>
        Task.FromResult(new UpdateBuildHistoryResponse());

    private async Task<Image?> SolveAsync(BuildJob job, SolveRequest request, CancellationToken cancellationToken)
    {
        if (request.Definition is { Def.Count: > 0 })
        {
            throw new GantryException(ErrorKind.NotImplemented, "Gantry builds Dockerfiles: LLB definitions are not implemented");
        }

        if (request.Frontend == DockerfileFrontend)
        {
            return await solver.SolveAsync(job, request.Session, new FrontendOptions(request.FrontendAttrs), cancellationToken);
        }

        if (request.Frontend.Length > 0)
        {
            throw new GantryException(ErrorKind.NotImplemented, $"Gantry does not implement the frontend {request.Frontend}");
        }

        // The frontend runs in the client: it asks through the gateway, and returns what came of it.
        var returned = await job.Returned.WaitAsync(cancellationToken);
        return returned.Error is { Code: not 0 } error
            ? throw new RpcException(new Grpc.Core.Status((StatusCode)error.Code, error.Message))
            : job.Find(returned.Result);
    }
}

using Gantry.BuildKit.Builds;
using Gantry.BuildKit.Messages;
using Gantry.BuildKit.Messages.Frontend;
using Gantry.Core;
using Gantry.Engine;
using Google.Protobuf;
using Grpc.Core;
using SolveRequest = Gantry.BuildKit.Messages.Frontend.SolveRequest;
using SolveResponse = Gantry.BuildKit.Messages.Frontend.SolveResponse;

namespace Gantry.BuildKit.Services;

/// <summary>BuildKit's gateway: a frontend that runs in the client asks for builds, within the Solve that it belongs to.</summary>
internal sealed class BridgeService(GantryEngine engine, BuildRegistry registry, DockerfileSolver solver, Worker worker) : LLBBridge.LLBBridgeBase
{
    private const string BuildIdKey = "buildkit-controlapi-buildid";

    // Without "return" clients never end their Solve.
    private static readonly string[] Capabilities =
        ["solve.base", "solve.inlinereturn", "resolveimage", "resolveimage.resolvemode", "return", "returnmap", "proto.refarray", "frontend.inputs", "gateway.solve.evaluate", "gateway.warnings"];

    public override Task<PongResponse> Ping(PingRequest request, ServerCallContext context) => Faults.RunAsync(async () =>
    {
        await JobAsync(context);
        return new PongResponse
        {
            FrontendAPICaps = { Capabilities.Select(id => new APICap { ID = id, Enabled = true }) },
            Workers = { worker.ToRecord() },
        };
    });

    public override Task<SolveResponse> Solve(SolveRequest request, ServerCallContext context) => Faults.RunAsync(async () =>
    {
        var job = await JobAsync(context);
        if (request.Frontend != "dockerfile.v0" || request.Definition is { Def.Count: > 0 })
        {
            throw new GantryException(ErrorKind.NotImplemented, "Gantry builds Dockerfiles: LLB definitions and other frontends are not implemented");
        }

        if (request.FrontendInputs.Count > 0)
        {
            throw new GantryException(ErrorKind.NotImplemented, $"Gantry does not implement contexts made by other builds ({string.Join(", ", request.FrontendInputs.Keys)})");
        }

        var image = await solver.SolveAsync(job, (await job.Accepted).Session, new FrontendOptions(request.FrontendOpt), context.CancellationToken);
        var id = job.Keep(image);
        var result = request.AllowResultArrayRef ? new Result { Ref = new Ref { Id = id } } : new Result { RefDeprecated = id };
        return new SolveResponse { Result = result };
    });

    public override Task<ReturnResponse> Return(ReturnRequest request, ServerCallContext context) => Faults.RunAsync(async () =>
    {
        (await JobAsync(context)).TryReturn(request);
        return new ReturnResponse();
    });

    public override Task<ResolveImageConfigResponse> ResolveImageConfig(ResolveImageConfigRequest request, ServerCallContext context) => Faults.RunAsync(() =>
    {
        var platform = request.Platform is { OS.Length: > 0 } asked ? new Core.Platform(asked.OS, asked.Architecture, asked.Variant.Length > 0 ? asked.Variant : null) : Core.Platform.Host;
        var image = engine.Images.Get(request.Ref, platform);
        return Task.FromResult(new ResolveImageConfigResponse
        {
            Ref = request.Ref,
            Digest = image.Id.ToString(),
            Config = ByteString.CopyFrom(engine.Images.ReadConfig(image)),
        });
    });

    public override Task<InputsResponse> Inputs(InputsRequest request, ServerCallContext context) => Task.FromResult(new InputsResponse());

    public override Task<WarnResponse> Warn(WarnRequest request, ServerCallContext context) => Faults.RunAsync(async () =>
    {
        (await JobAsync(context)).Progress.Report(new Build.BuildEvent.Warning(request.Short.ToStringUtf8(), 0));
        return new WarnResponse();
    });

    private Task<BuildJob> JobAsync(ServerCallContext context) =>
        registry.GetAcceptedAsync(context.RequestHeaders.GetValue(BuildIdKey) ?? throw GantryException.Invalid($"missing {BuildIdKey}"), context.CancellationToken);
}

using Gantry.BuildKit.Builds;
using Gantry.BuildKit.Hosting;
using Gantry.BuildKit.Services;
using Gantry.BuildKit.Sessions;
using Gantry.Core;
using Gantry.Engine;
using Microsoft.Extensions.Logging;

namespace Gantry.BuildKit;

/// <summary>
/// The second door to the builder: BuildKit's gRPC services over connections that were taken from the Docker API, for
/// <c>docker build</c> with buildx. Nothing of it exists before the first such connection.
/// </summary>
public sealed class BuildKitServer(GantryEngine engine, string version, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly SessionRegistry sessions = new();
    private readonly Lock gate = new();
    private Task<GrpcHost>? host;

    /// <summary>POST /grpc: the daemon serves. Returns when the connection ends.</summary>
    public async Task ServeAsync(Stream connection, CancellationToken ended) => await (await HostAsync()).ServeAsync(connection, ended);

    /// <summary>POST /session: the daemon calls the client. Returns when the connection ends.</summary>
    /// <exception cref="GantryException">InvalidArgument without an id.</exception>
    public Task AttachAsync(string id, Stream connection, CancellationToken ended) => sessions.ServeAsync(id, connection, ended);

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await (await host).DisposeAsync();
        }
    }

    private Task<GrpcHost> HostAsync()
    {
        lock (gate)
        {
            return host ??= StartAsync();
        }
    }

    private Task<GrpcHost> StartAsync()
    {
        var registry = new BuildRegistry();
        var worker = new Worker(engine, version);
        var solver = new DockerfileSolver(engine.Builds, sessions);
        return GrpcHost.StartAsync(new ControlService(engine, registry, solver, worker), new BridgeService(engine, registry, solver, worker), loggers);
    }
}

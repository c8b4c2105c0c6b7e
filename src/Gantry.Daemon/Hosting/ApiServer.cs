using Gantry.BuildKit;
using Gantry.Daemon.Authorization;
using Gantry.Daemon.Endpoints;
using Gantry.Daemon.Hijacking;
using Gantry.Daemon.Http;
using Gantry.Engine;
using Gantry.Plugins.Authorization;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gantry.Daemon.Hosting;

/// <summary>The HTTP server: Kestrel on Unix sockets, the pipeline, the routes.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private const int MaxHeadSize = 1 << 20;

    // Streams still going after this long are cut off.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMilliseconds(250);

    private readonly WebApplication application;
    private readonly CancellationTokenSource stopping = new();

    private ApiServer(IReadOnlyList<string> sockets, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, sockets));
        application = builder.Build();
    }

    /// <summary>A server that is not listening yet.</summary>
    /// <param name="authorization">Plugins that every request has to pass.</param>
    public static ApiServer Create(IReadOnlyList<string> sockets, IReadOnlyList<AuthorizationPlugin> authorization, ILoggerFactory loggers, Action<IEndpointRouteBuilder> map)
    {
        var server = new ApiServer(sockets, loggers);
        var application = server.application;
        application.UseMiddleware<ErrorMiddleware>(loggers.CreateLogger<ErrorMiddleware>());
        application.UseMiddleware<ApiMiddleware>();
        if (authorization.Count > 0)
        {
            // Errors, too, are answers that plugins judge.
            application.UseMiddleware<AuthorizationMiddleware>(authorization);
            application.UseMiddleware<ErrorMiddleware>(loggers.CreateLogger<ErrorMiddleware>());
        }

        application.UseRouting();
        map(application);
        Unsupported.Map(application);
        return server;
    }

    /// <summary>All routes of the API.</summary>
    public static void MapApi(IEndpointRouteBuilder routes, GantryEngine engine, BuildKitServer buildKit, bool debug, TimeProvider clock)
    {
        new SystemEndpoints(engine, debug, clock).Map(routes);
        new ContainerEndpoints(engine).Map(routes);
        new ArchiveEndpoints(engine).Map(routes);
        new ContainerStreamEndpoints(engine, clock).Map(routes);
        new ExecEndpoints(engine).Map(routes);
        new ImageEndpoints(engine).Map(routes);
        new BuildEndpoints(engine).Map(routes);
        new BuildKitEndpoints(buildKit).Map(routes);
        new RegistryEndpoints(engine).Map(routes);
        new NetworkEndpoints(engine).Map(routes);
        new VolumeEndpoints(engine).Map(routes);
    }

    public Task StartAsync(CancellationToken cancellationToken) => application.StartAsync(cancellationToken);

    /// <summary>Takes no more connections, gives hijacked ones up, and cuts off what streams on.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        using var deadline = new CancellationTokenSource(StopTimeout);
        await application.StopAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        stopping.Dispose();
    }

    private void Configure(KestrelServerOptions kestrel, IReadOnlyList<string> sockets)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = true;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;

        // Build arguments travel in the query, registry credentials in headers.
        kestrel.Limits.MaxRequestLineSize = MaxHeadSize;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeadSize;
        kestrel.Limits.MaxRequestBufferSize = 2 * MaxHeadSize;
        foreach (var socket in sockets)
        {
            kestrel.ListenUnixSocket(socket, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => async connection =>
                {
                    await using var hijackable = new HijackConnection(connection, stopping.Token);
                    await next(hijackable);
                });
            });
        }
    }

    // Signals are the daemon's business, not the host's.
    private sealed class SilentLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

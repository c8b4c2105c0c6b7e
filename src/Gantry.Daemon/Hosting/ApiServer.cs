using Gantry.BuildKit;
using Gantry.Daemon.Authorization;
using Gantry.Daemon.Endpoints;
using Gantry.Daemon.Hijacking;
using Gantry.Daemon.Http;
using Gantry.Engine;
using Gantry.Plugins.Authorization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gantry.Daemon.Hosting;

/// <summary>The HTTP server: Kestrel on its sockets, the pipeline, the routes.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private const int MaxHeadSize = 1 << 20;

    // Streams still going after this long are cut off.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMilliseconds(250);

    private readonly WebApplication application;
    private readonly CancellationTokenSource stopping = new();

    private ApiServer(IReadOnlyList<Listener> listeners, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, listeners));
        application = builder.Build();
    }

    /// <summary>A server that is not listening yet.</summary>
    /// <param name="authorization">Plugins that every request has to pass, asked for with each.</param>
    public static ApiServer Create(IReadOnlyList<Listener> listeners, Func<IReadOnlyList<AuthorizationPlugin>> authorization, ILoggerFactory loggers, Action<IEndpointRouteBuilder> map)
    {
        var server = new ApiServer(listeners, loggers);
        var application = server.application;
        application.UseMiddleware<ErrorMiddleware>(loggers.CreateLogger<ErrorMiddleware>());
        application.UseMiddleware<ApiMiddleware>();

        // Errors, too, are answers that plugins judge.
        application.UseMiddleware<AuthorizationMiddleware>(authorization);
        application.UseMiddleware<ErrorMiddleware>(loggers.CreateLogger<ErrorMiddleware>());

        application.UseRouting();
        application.Use((http, following) => ExactCase.IsMatch(http) ? following(http) : Unsupported.PageNotFoundAsync(http));
        map(application);
        Unsupported.Map(application);
        return server;
    }

    /// <summary>All routes of the API.</summary>
    public static void MapApi(IEndpointRouteBuilder routes, GantryEngine engine, BuildKitServer buildKit, LiveOptions options, TimeProvider clock)
    {
        new SystemEndpoints(engine, options, clock).Map(routes);
        new ContainerEndpoints(engine, options.Current.ContainerDefaults).Map(routes);
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

    private void Configure(KestrelServerOptions kestrel, IReadOnlyList<Listener> listeners)
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
        foreach (var listener in listeners)
        {
            kestrel.Listen(listener.EndPoint, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (listener.Tls is { } tls)
                {
                    listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(tls) });
                }

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

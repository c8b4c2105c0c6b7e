using Gantry.BuildKit.Services;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gantry.BuildKit.Hosting;

/// <summary>An HTTP/2 server that has no socket: it serves connections it is given.</summary>
internal sealed class GrpcHost : IAsyncDisposable
{
    private const int MaxMessageSize = 16 << 20;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMilliseconds(250);

    private readonly PipeListener listener = new();
    private readonly WebApplication application;

    private GrpcHost(ControlService control, BridgeService bridge, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.AddSingleton<Microsoft.AspNetCore.Connections.IConnectionListenerFactory>(listener);
        builder.Services.AddSingleton(control);
        builder.Services.AddSingleton(bridge);
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = MaxMessageSize);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(listener.EndPoint, listen => listen.Protocols = HttpProtocols.Http2);
        });
        application = builder.Build();
        application.UseRouting();
        application.MapGrpcService<ControlService>();
        application.MapGrpcService<BridgeService>();
    }

    public static async Task<GrpcHost> StartAsync(ControlService control, BridgeService bridge, ILoggerFactory loggers)
    {
        var host = new GrpcHost(control, bridge, loggers);
        await host.application.StartAsync();
        return host;
    }

    public Task ServeAsync(Stream stream, CancellationToken ended) => listener.ServeAsync(stream, ended);

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(StopTimeout);
        await application.StopAsync(deadline.Token);
        await application.DisposeAsync();
    }

    private sealed class SilentLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

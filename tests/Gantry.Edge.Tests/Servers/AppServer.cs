using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gantry.Edge.Tests.Servers;

/// <summary>A real application server on a port of its own, which can be stopped as a good one stops, and started again.</summary>
internal sealed class AppServer(string name, RequestDelegate handler) : IAsyncDisposable
{
    private WebApplication? app;
    private volatile bool announced;
    private int requests;

    public int Port { get; } = Ports.Free();

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>Those that are not health checks.</summary>
    public int Requests => Volatile.Read(ref requests);

    public static async Task<AppServer> StartAsync(string name, RequestDelegate? handler = null)
    {
        var server = new AppServer(name, handler ?? (context => context.Response.WriteAsync(name)));
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(5));
        app = builder.Build();
        app.Run(HandleAsync);
        announced = false;
        await app.StartAsync();
    }

    /// <summary>Announces, waits, finishes what is in flight.</summary>
    public async Task LeaveAsync(TimeSpan announcement)
    {
        announced = true;
        await Task.Delay(announcement);
        await StopAsync();
    }

    public async Task StopAsync()
    {
        if (app is { } running)
        {
            app = null;
            await running.StopAsync();
            await running.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => new(StopAsync());

    private Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/healthz")
        {
            context.Response.StatusCode = announced ? 503 : 200;
            return Task.CompletedTask;
        }

        Interlocked.Increment(ref requests);
        context.Response.Headers["X-Server"] = name;
        if (announced)
        {
            context.Response.Headers.Connection = "close";
        }

        return handler(context);
    }
}

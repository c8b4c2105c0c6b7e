using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Gantry.Core;
using Gantry.Edge.Admin;
using Gantry.Edge.Config;
using Gantry.Edge.Forwarding;
using Gantry.Edge.Logging;
using Gantry.Edge.Tls;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging.Console;

namespace Gantry.Edge.Hosting;

/// <summary>The whole program as an object: listeners, pipeline, admin, reload, and a stop that loses nothing.</summary>
internal sealed partial class EdgeServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly EdgeRuntime runtime;
    private readonly AccessLog accessLog;
    private readonly string? configPath;
    private readonly List<(ListenerConfig Listener, CertificateSource Source)> certificates = [];
    private readonly ILogger<EdgeServer> logger;
    private EdgeConfig config;

    private EdgeServer(EdgeConfig config, string? configPath, Stream accessOutput)
    {
        (this.config, this.configPath) = (config, configPath);
        var builder = WebApplication.CreateSlimBuilder();
        ConfigureLogging(builder.Logging, Enum.Parse<LogLevel>(config.LogLevel, ignoreCase: true));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = config.Shutdown.Grace);
        builder.Services.AddSingleton<IHostLifetime>(services => new DrainingLifetime(
            services.GetRequiredService<IHostApplicationLifetime>(), services.GetRequiredService<ILogger<DrainingLifetime>>(), config.Shutdown.Announce, () => runtime!.State.Draining = true));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(ConfigureKestrel);
        app = builder.Build();
        logger = app.Services.GetRequiredService<ILogger<EdgeServer>>();
        runtime = new EdgeRuntime(TimeProvider.System, app.Services.GetRequiredService<ILogger<EdgeRuntime>>());
        accessLog = new AccessLog(accessOutput);
        var forwarder = new Forwarder(TimeProvider.System, app.Services.GetRequiredService<ILogger<Forwarder>>());
        var pipeline = new EdgePipeline(runtime, forwarder, accessLog, TimeProvider.System, app.Services.GetRequiredService<ILogger<EdgePipeline>>());
        var admin = new AdminEndpoints(runtime.State, TimeProvider.System, ReloadAsync);
        app.Run(context => context.Features.Get<AdminConnection>() is null ? pipeline.HandleAsync(context) : admin.HandleAsync(context));
    }

    /// <summary>The addresses really bound, in the order of the listeners, then the admin's.</summary>
    public IReadOnlyList<string> Addresses => [.. app.Urls];

    public EdgeRuntime Runtime => runtime;

    /// <param name="configPath">Where a reload reads from; null means there is nothing to reload.</param>
    /// <exception cref="GantryException">The certificate is not usable.</exception>
    /// <exception cref="IOException">An address is taken.</exception>
    public static async Task<EdgeServer> StartAsync(EdgeConfig config, string? configPath, Stream accessOutput, CancellationToken cancellationToken)
    {
        var server = new EdgeServer(config, configPath, accessOutput);
        try
        {
            await server.runtime.ApplyAsync(config);
            await server.app.StartAsync(cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        var addresses = string.Join(", ", server.Addresses);
        server.LogListening(addresses);
        return server;
    }

    /// <summary>Until a signal came and all that was in flight is finished.</summary>
    public Task WaitForShutdownAsync() => app.WaitForShutdownAsync();

    /// <summary>Stops as SIGTERM does, but without the announcement's delay.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    /// <summary>Reads the file again. What is wrong leaves everything as it was.</summary>
    /// <returns>The complaint, or null.</returns>
    public async Task<string?> ReloadAsync()
    {
        if (configPath is null)
        {
            return "this server was not started from a file";
        }

        try
        {
            var next = ConfigFile.Load(configPath);
            foreach (var (listener, source) in certificates)
            {
                source.Load(next.Listeners.FirstOrDefault(other => other.Address == listener.Address)?.Tls ?? listener.Tls!);
            }

            await runtime.ApplyAsync(next);
            LogReloaded(configPath);
            if (!next.Listeners.Select(each => each.Address).SequenceEqual(config.Listeners.Select(each => each.Address)) || next.Admin != config.Admin || next.Limits != config.Limits || next.Shutdown != config.Shutdown)
            {
                LogNeedsRestart();
            }

            config = next;
            return null;
        }
        catch (GantryException e)
        {
            LogRefused(e.Message);
            return e.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await runtime.DisposeAsync();
        await accessLog.DisposeAsync();
    }

    // Standard output is the access log's.
    private static void ConfigureLogging(ILoggingBuilder logging, LogLevel level)
    {
        logging.ClearProviders()
            .AddJsonConsole(options => (options.UseUtcTimestamp, options.TimestampFormat) = (true, "O"))
            .SetMinimumLevel(level)
            .AddFilter("Microsoft", level == LogLevel.None ? LogLevel.None : LogLevel.Warning);
        logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private void ConfigureKestrel(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.UTF8;
        options.Limits.RequestHeadersTimeout = config.Limits.RequestHeaders;
        options.Limits.KeepAliveTimeout = config.Limits.KeepAlive;
        options.Limits.MaxConcurrentConnections = config.Limits.Connections;
        foreach (var listener in config.Listeners)
        {
            Listen(options, listener.Address, listen => Secure(listen, listener));
        }

        if (config.Admin is { } admin)
        {
            Listen(options, admin.Address, listen => listen.Use(next => connection =>
            {
                connection.Features.Set(AdminConnection.Mark);
                return next(connection);
            }));
        }
    }

    private static void Listen(KestrelServerOptions options, string address, Action<ListenOptions> configure)
    {
        if (!ConfigValidator.TryEndPoint(address, out var endPoint))
        {
            throw new GantryException(ErrorKind.InvalidArgument, $"\"{address}\" is not like 0.0.0.0:8080");
        }

        options.Listen(endPoint, configure);
    }

    private void Secure(ListenOptions listen, ListenerConfig listener)
    {
        if (listener.Tls is not { } tls)
        {
            listen.Protocols = HttpProtocols.Http1;
            return;
        }

        var source = new CertificateSource(tls, config.DataDirectory, TimeProvider.System);
        source.Load();
        certificates.Add((listener, source));
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = source.Current,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            }),
        });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Listening on {Addresses}")]
    private partial void LogListening(string addresses);

    [LoggerMessage(Level = LogLevel.Information, Message = "Took over {Path}")]
    private partial void LogReloaded(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Listeners, admin, limits and shutdown change only at the next start")]
    private partial void LogNeedsRestart();

    [LoggerMessage(Level = LogLevel.Error, Message = "The new configuration is refused, the old one stays: {Complaint}")]
    private partial void LogRefused(string complaint);
}

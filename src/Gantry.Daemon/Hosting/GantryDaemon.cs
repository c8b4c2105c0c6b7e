using System.Globalization;
using System.Runtime.InteropServices;
using Gantry.BuildKit;
using Gantry.Daemon.Hosting.Configuration;
using Gantry.Daemon.Logging;
using Gantry.Engine;
using Gantry.Plugins.Authorization;

namespace Gantry.Daemon.Hosting;

/// <summary>The daemon from start to end: lock, engine, sockets, signals, and all of it back.</summary>
internal sealed partial class GantryDaemon(CommandLine commandLine, DaemonOptions options, DaemonLoggerProvider log, ILoggerFactory loggers)
{
    private readonly ILogger logger = loggers.CreateLogger<GantryDaemon>();

    /// <summary>Runs until SIGTERM or SIGINT. Containers live on.</summary>
    public async Task RunAsync()
    {
        var stop = new TaskCompletionSource<PosixSignal>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);

        foreach (var ignored in options.Ignored)
        {
            LogIgnored(ignored);
        }

        foreach (var (variable, value) in options.Proxies)
        {
            Environment.SetEnvironmentVariable(variable, value);
        }

        using var dataRoot = DataRootLock.Take(Path.GetFullPath(options.DataRoot));
        var listeners = await Listeners.OpenAsync([.. options.Hosts.Select(host => ListenAddress.Parse(host, options.Tls.Enabled))], options.Tls);
        LogStarting(GantryVersion.Text);
        var live = new LiveOptions(options);
        await using var engine = await GantryEngine.OpenAsync(options.ToEngineOptions(), loggers, CancellationToken.None);
        await using var buildKit = new BuildKitServer(engine, GantryVersion.Text, loggers);
        AuthorizationPlugin[] authorization = [.. options.AuthorizationPlugins.Select(name => new AuthorizationPlugin(engine.Plugins, name))];
        await using var server = ApiServer.Create(listeners, authorization, loggers, routes => ApiServer.MapApi(routes, engine, buildKit, live, TimeProvider.System));
        await server.StartAsync(CancellationToken.None);
        foreach (var listener in listeners)
        {
            if (listener.SocketFile is { } file)
            {
                SocketFile.Secure(file, options.Group);
            }
            else if (listener.Tls is not { ClientCertificateRequired: true } && !listener.IsUnix)
            {
                LogInsecure(listener.Name);
            }

            LogListening(listener.Name);
        }

        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            Reload(live, engine);
        });

        WritePidFile();
        SystemdNotifier.Notify("READY=1");
        LogReady();

        var signal = await stop.Task;
        LogStopping(signal);
        SystemdNotifier.Notify("STOPPING=1");
        await server.StopAsync();
        if (MachineShutdown.IsUnderWay())
        {
            LogMachineEnds();
            await engine.EndContainersAsync(TimeSpan.FromSeconds(live.Current.ShutdownTimeout is >= 0 and var seconds ? seconds : int.MaxValue / 1000));
        }

        foreach (var file in listeners.Select(listener => listener.SocketFile).Append(options.PidFile))
        {
            if (file is not null)
            {
                File.Delete(file);
            }
        }

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult(context.Signal);
        }
    }

    /// <summary>Removes everything that daemons with these options made: containers, kernel objects, folders.</summary>
    public async Task RemoveAllAsync()
    {
        var dataRoot = Path.GetFullPath(options.DataRoot);
        if (Directory.Exists(dataRoot))
        {
            using var held = DataRootLock.Take(dataRoot);
            await using var engine = await GantryEngine.OpenAsync(options.ToEngineOptions(), loggers, CancellationToken.None);
            await engine.RemoveAllAsync();
        }

        foreach (var folder in new[] { dataRoot, Path.GetFullPath(options.ExecRoot) }.Where(Directory.Exists))
        {
            Delete(new DirectoryInfo(folder));
        }
    }

    // A disk of the data root's own is emptied; its mount point is somebody else's.
    private static void Delete(DirectoryInfo folder)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo inner && entry.LinkTarget is null)
            {
                inner.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }

        try
        {
            folder.Delete();
        }
        catch (IOException) when (!folder.EnumerateFileSystemInfos().Any())
        {
        }
    }

    // A file that cannot be followed changes nothing.
    private void Reload(LiveOptions live, GantryEngine engine)
    {
        SystemdNotifier.NotifyReloading();
        try
        {
            live.Reload(ConfigurationLoader.Load(commandLine), engine, log);
            LogReloaded();
        }
        catch (Exception error)
        {
            LogNotReloaded(error.Message);
        }

        SystemdNotifier.Notify("READY=1");
    }

    private void WritePidFile()
    {
        if (options.PidFile is { } path)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.WriteAllText(path, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "the machine goes down: ending all containers")]
    private partial void LogMachineEnds();

    [LoggerMessage(Level = LogLevel.Information, Message = "Starting gantryd {Version}")]
    private partial void LogStarting(string version);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Reason}")]
    private partial void LogIgnored(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Listening on {Address} without verified clients: whoever reaches it is root on this machine")]
    private partial void LogInsecure(string address);

    [LoggerMessage(Level = LogLevel.Information, Message = "Reloaded configuration")]
    private partial void LogReloaded();

    [LoggerMessage(Level = LogLevel.Error, Message = "Configuration not reloaded: {Reason}")]
    private partial void LogNotReloaded(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "API listen on {Socket}")]
    private partial void LogListening(string socket);

    [LoggerMessage(Level = LogLevel.Information, Message = "Daemon has completed initialization")]
    private partial void LogReady();

    [LoggerMessage(Level = LogLevel.Information, Message = "Processing signal '{Signal}'")]
    private partial void LogStopping(PosixSignal signal);
}

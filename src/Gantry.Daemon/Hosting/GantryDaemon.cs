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

    /// <summary>Runs until a signal ends it, be it in the middle of its start. Containers live on.</summary>
    public async Task RunAsync(DaemonSignals signals)
    {
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
        try
        {
            await ServeAsync(listeners, signals);
        }
        catch (OperationCanceledException) when (signals.Stopping.IsCancellationRequested)
        {
            // It was not there yet: what it had restored lives on, and the next daemon takes up the rest.
            var signal = await signals.Stopped;
            LogStopping(signal);
        }

        foreach (var file in listeners.Select(listener => listener.SocketFile).Append(options.PidFile))
        {
            if (file is not null)
            {
                File.Delete(file);
            }
        }
    }

    private async Task ServeAsync(IReadOnlyList<Listener> listeners, DaemonSignals signals)
    {
        var live = new LiveOptions(options);
        await using var engine = await GantryEngine.OpenAsync(options.ToEngineOptions(), loggers, signals.Stopping);
        await using var buildKit = new BuildKitServer(engine, GantryVersion.Text, loggers);
        await using var server = ApiServer.Create(listeners, () => [.. live.Current.AuthorizationPlugins.Select(name => new AuthorizationPlugin(engine.Plugins, name))], loggers, routes => ApiServer.MapApi(routes, engine, buildKit, live, TimeProvider.System));
        await server.StartAsync(signals.Stopping);
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

        WritePidFile();
        SystemdNotifier.Notify("READY=1");
        LogReady();
        signals.OnReload(() => Reload(live, engine));

        var signal = await signals.Stopped;
        LogStopping(signal);
        SystemdNotifier.Notify("STOPPING=1");
        await server.StopAsync();
        if (MachineShutdown.IsUnderWay())
        {
            LogMachineEnds();
            await engine.EndContainersAsync(TimeSpan.FromSeconds(live.Current.ShutdownTimeout is >= 0 and var seconds ? seconds : int.MaxValue / 1000));
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

            // Of a daemon that was killed.
            foreach (var socket in options.Hosts.Select(host => ListenAddress.Parse(host, options.Tls.Enabled)).OfType<UnixAddress>().Where(socket => File.Exists(socket.Path)))
            {
                SocketFile.Prepare(socket.Path);
            }

            if (options.PidFile is { } pid)
            {
                File.Delete(pid);
            }
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

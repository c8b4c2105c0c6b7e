using Gantry.Daemon;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Hosting.Configuration;
using Gantry.Daemon.Logging;

CommandLine commandLine;
try
{
    commandLine = CommandLine.Parse(args);
}
catch (CommandLineException error)
{
    Console.Error.WriteLine($"gantryd: {error.Message}\nSee 'gantryd --help'.");
    return 125;
}

if (commandLine.Action is CommandLineAction.Help or CommandLineAction.Version)
{
    Console.WriteLine(commandLine.Action == CommandLineAction.Help ? CommandLine.Help() : $"Gantry version {GantryVersion.Text}{(GantryVersion.Commit.Length > 0 ? ", build " + GantryVersion.Commit : "")}");
    return 0;
}

using var signals = commandLine.Action == CommandLineAction.Run ? new DaemonSignals() : null;
DaemonOptions options;
try
{
    options = ConfigurationLoader.Load(commandLine);
    options.ToEngineOptions();
    if (commandLine.Action == CommandLineAction.Validate)
    {
        if (options.Tls.Enabled)
        {
            ServerCertificates.Load(options.Tls);
        }

        Console.Error.WriteLine("configuration OK");
        return 0;
    }
}
catch (Exception error) when (error is ConfigurationException or IOException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

var log = new DaemonLoggerProvider(options.JsonLog, TimeProvider.System) { Level = options.MinimumLevel };
using var loggers = LoggerFactory.Create(logging => logging
    .AddProvider(log)
    .SetMinimumLevel(LogLevel.Trace)
    .AddFilter("Microsoft", LogLevel.Warning)
    .AddFilter("Grpc", LogLevel.Warning));
try
{
    var daemon = new GantryDaemon(commandLine, options, log, loggers);
    await (signals is null ? daemon.RemoveAllAsync() : daemon.RunAsync(signals));
    return 0;
}
catch (Exception error)
{
    // A daemon that cannot start says why in one line; its stack is for --debug.
    Console.Error.WriteLine($"failed to start daemon: {(options.Debug ? error.ToString() : error.Message)}");
    return 1;
}

using Gantry.Daemon;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Logging;

DaemonOptions options;
CommandLineAction action;
try
{
    (options, action) = CommandLine.Parse(args);
}
catch (CommandLineException error)
{
    Console.Error.WriteLine($"gantryd: {error.Message}\nSee 'gantryd --help'.");
    return 125;
}

if (action is CommandLineAction.Help or CommandLineAction.Version)
{
    Console.WriteLine(action == CommandLineAction.Help ? CommandLine.Help : $"Gantry version {GantryVersion.Text}{(GantryVersion.Commit.Length > 0 ? ", build " + GantryVersion.Commit : "")}");
    return 0;
}

using var loggers = LoggerFactory.Create(logging => logging
    .AddProvider(new DaemonLoggerProvider(options.JsonLog, TimeProvider.System))
    .SetMinimumLevel(options.Debug ? LogLevel.Debug : LogLevel.Information)
    .AddFilter("Microsoft", LogLevel.Warning)
    .AddFilter("Grpc", LogLevel.Warning));
try
{
    var daemon = new GantryDaemon(options, loggers);
    await (action == CommandLineAction.RemoveAll ? daemon.RemoveAllAsync() : daemon.RunAsync());
    return 0;
}
catch (Exception error)
{
    // A daemon that cannot start says why in one line; its stack is for --debug.
    Console.Error.WriteLine($"failed to start daemon: {(options.Debug ? error.ToString() : error.Message)}");
    return 1;
}

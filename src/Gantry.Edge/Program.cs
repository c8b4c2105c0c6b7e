using Gantry.Core;
using Gantry.Edge.Commands;
using Gantry.Edge.Config;
using Gantry.Edge.Files;

const string Usage = """
    gantry-edge: reverse proxy, load balancer and file server

      gantry-edge [run] --config FILE   serve until SIGTERM; a changed file or SIGHUP reloads
      gantry-edge check FILE            say what is wrong with a configuration
      gantry-edge probe URL             exit code 0 if the URL answers with a success
      gantry-edge pack SOURCE TARGET    hash the names of assets and precompress a front end
      gantry-edge version

    """;

try
{
    switch (args)
    {
        case [.. [] or ["run"], "--config", var path]:
            return await RunCommand.ExecuteAsync(path);
        case ["check", var file]:
            var config = ConfigFile.Load(file);
            Console.WriteLine($"{file}: good ({config.Listeners.Count} listeners, {config.Routes.Count} routes, {config.Clusters.Count} clusters)");
            return 0;
        case ["probe", var url]:
            return await ProbeCommand.ExecuteAsync(url);
        case ["pack", var source, var target]:
            Console.WriteLine($"{AssetPacker.Pack(source, target)} files");
            return 0;
        case ["version" or "--version"]:
            Console.WriteLine("gantry-edge " + typeof(EdgeConfig).Assembly.GetName().Version?.ToString(3));
            return 0;
        case ["help" or "--help" or "-h"]:
            Console.Write(Usage);
            return 0;
        default:
            Console.Error.Write(Usage);
            return 2;
    }
}
catch (Exception e) when (e is GantryException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

using Gantry.Edge.Config;
using Gantry.Edge.Hosting;

namespace Gantry.Edge.Commands;

/// <summary><c>gantry-edge run --config FILE</c>: serves until SIGTERM.</summary>
internal static class RunCommand
{
    public static async Task<int> ExecuteAsync(string path)
    {
        var config = ConfigFile.Load(path);
        await using var output = Console.OpenStandardOutput();
        await using var server = await EdgeServer.StartAsync(config, path, output, CancellationToken.None);
        await using var watcher = new ConfigWatcher(path, server.ReloadAsync);
        await server.WaitForShutdownAsync();
        return 0;
    }
}

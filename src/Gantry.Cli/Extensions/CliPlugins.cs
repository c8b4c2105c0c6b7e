using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Client.Http;
using Gantry.Linux;

namespace Gantry.Cli.Extensions;

/// <summary>Docker's CLI plugins (buildx, scout, model, ...): found where docker finds them and run as docker runs them.</summary>
internal sealed class CliPlugins(ConfigFile config)
{
    private const string Prefix = "docker-";

    private static readonly string[] SystemDirectories =
        ["/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins"];

    private IEnumerable<string> Directories => [.. config.Texts("cliPluginsExtraDirs"), Path.Combine(config.Folder, "cli-plugins"), .. SystemDirectories];

    /// <summary>All of them, the first of a name wins; each is started once to say what it is.</summary>
    public IReadOnlyList<CliPlugin> List() =>
    [
        .. Directories.Where(Directory.Exists).SelectMany(Directory.EnumerateFiles)
            .Where(path => Path.GetFileName(path).StartsWith(Prefix, StringComparison.Ordinal))
            .DistinctBy(Path.GetFileName)
            .Select(path => CliPlugin.Ask(Path.GetFileName(path)[Prefix.Length..], path))
            .OrderBy(plugin => plugin.Name, StringComparer.Ordinal),
    ];

    /// <summary>Null when there is no such plugin, or it is not usable.</summary>
    public CliPlugin? Find(string name)
    {
        var path = name.Contains('/') ? null : Directories.Select(directory => Path.Combine(directory, Prefix + name)).FirstOrDefault(File.Exists);
        var plugin = path is null ? null : CliPlugin.Ask(name, path);
        return plugin is { Problem: null } ? plugin : null;
    }

    /// <summary>This process becomes the plugin: signals, terminal and exit code are then its own.</summary>
    /// <param name="arguments">All of ours, options before the command included: plugins read them too.</param>
    /// <param name="endpoint">The daemon that we would talk to, for plugins that only know docker's own socket.</param>
    public static ExitException Run(CliPlugin plugin, IReadOnlyList<string> arguments, Func<DaemonEndpoint> endpoint)
    {
        Environment.SetEnvironmentVariable("DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND", Environment.ProcessPath);
        if (Environment.GetEnvironmentVariable("DOCKER_HOST") is null or "" && File.Exists(DaemonEndpoint.DefaultSocket) && endpoint().Address == "unix://" + DaemonEndpoint.DefaultSocket)
        {
            Environment.SetEnvironmentVariable("DOCKER_HOST", "unix://" + DaemonEndpoint.DefaultSocket);
        }

        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(v => $"{v.Key}={v.Value}");
        var error = ChildProcess.Replace(plugin.Path, [plugin.Path, .. arguments], [.. environment]);
        return new ExitException(1, $"fork/exec {plugin.Path}: {new System.ComponentModel.Win32Exception(-error).Message}");
    }
}

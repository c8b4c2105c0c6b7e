using Gantry.Cli.Configuration;
using Gantry.Cli.Terminal;
using Gantry.Client;
using Gantry.Client.Http;

namespace Gantry.Cli.CommandLine;

/// <summary>What a command works with: the daemon, the streams, the user's configuration.</summary>
internal sealed class CommandContext(string program, StandardStreams console, GlobalOptions options, Func<DaemonEndpoint, GantryClient> connect) : IDisposable
{
    private readonly Lazy<ConfigFile> config = new(() => ConfigFile.Load(options.ConfigDirectory, console.Error));
    private GantryClient? client;

    /// <summary><c>gantry</c>, or <c>docker</c> when called by that name.</summary>
    public string Program => program;

    public StandardStreams Console => console;

    public TextWriter Out => console.Out;

    public TextWriter Error => console.Error;

    public GantryClient Client => client ??= Connect();

    public ConfigFile Config => config.Value;

    public ContextStore Contexts { get; } = new(ConfigFile.FolderOf(options.ConfigDirectory));

    /// <summary>Which context commands are for.</summary>
    public CurrentContext Current => new(options, () => Config, Contexts);

    public void Dispose() => client?.Dispose();

    /// <summary>Does one thing to each name, goes on after failures, and reports them at the end as docker does.</summary>
    public async Task<int> ForEachAsync(IReadOnlyList<string> names, Func<string, Task> act)
    {
        var failures = new List<string>();
        foreach (var name in names)
        {
            try
            {
                await act(name).ConfigureAwait(false);
            }
            catch (Core.GantryException e)
            {
                failures.Add(e.DisplayMessage);
            }
        }

        foreach (var failure in failures)
        {
            Error.WriteLine(failure);
        }

        return failures.Count == 0 ? 0 : 1;
    }

    /// <summary>The same, and writes each name that succeeded.</summary>
    public Task<int> ForEachNamedAsync(IReadOnlyList<string> names, Func<string, Task> act) => ForEachAsync(names, async name =>
    {
        await act(name).ConfigureAwait(false);
        Out.WriteLine(name);
    });

    private GantryClient Connect()
    {
        var made = connect(Current.Resolve());
        made.Headers = Config.Map("HttpHeaders");
        return made;
    }
}

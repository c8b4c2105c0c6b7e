using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Completion;

/// <summary>Kinds of names that the daemon knows, and files.</summary>
internal enum CompletionSource
{
    Containers,
    Running,
    Paused,
    Stopped,
    Images,
    Networks,
    Volumes,
    Any,
    Files,
}

/// <summary>Which names fit an argument or an option, and asking the daemon for them.</summary>
internal static class CompletionSources
{
    private static readonly Dictionary<string, string[]> Fixed = new()
    {
        ["restart"] = ["always", "no", "on-failure", "unless-stopped"],
        ["pull"] = ["always", "missing", "never"],
        ["signal"] = ["SIGHUP", "SIGINT", "SIGKILL", "SIGQUIT", "SIGSTOP", "SIGTERM", "SIGUSR1", "SIGUSR2"],
        ["stop-signal"] = ["SIGHUP", "SIGINT", "SIGKILL", "SIGQUIT", "SIGSTOP", "SIGTERM", "SIGUSR1", "SIGUSR2"],
        ["log-driver"] = ["json-file", "local", "none"],
        ["cap-add"] = Capabilities,
        ["cap-drop"] = Capabilities,
        ["platform"] = ["linux", "linux/amd64", "linux/arm64", "linux/386", "linux/arm/v6", "linux/arm/v7"],
        ["type"] = ["container", "image", "network", "plugin", "volume"],
        ["format"] = ["json", "table"],
        ["driver"] = ["bridge", "host", "ipvlan", "local", "macvlan", "none"],
        ["ipc"] = ["host", "none", "private", "shareable"],
        ["pid"] = ["host"],
        ["userns"] = ["host"],
        ["uts"] = ["host"],
        ["cgroupns"] = ["host", "private"],
        ["attach"] = ["stderr", "stdin", "stdout"],
        ["log-level"] = ["debug", "error", "fatal", "info", "warn"],
        ["progress"] = ["auto", "none", "plain", "quiet", "tty"],
    };

    private static string[] Capabilities =>
        ["ALL", "CAP_CHOWN", "CAP_NET_ADMIN", "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SYS_ADMIN", "CAP_SYS_PTRACE", "CAP_SYS_TIME"];

    public static CompletionSource? OfFlag(string option) => option switch
    {
        "network" or "net" => CompletionSource.Networks,
        "volumes-from" or "link" => CompletionSource.Containers,
        _ => null,
    };

    public static IReadOnlyList<string>? Words(string option) => Fixed.GetValueOrDefault(option);

    /// <summary>Options whose value is a path on this side.</summary>
    public static bool IsFile(string option) => option is "env-file" or "label-file" or "cidfile" or "iidfile" or "file" or "input" or "output" or "config" or "volume"
        || option.StartsWith("tls", StringComparison.Ordinal);

    /// <summary>By the word that the usage line has at this place: CONTAINER, IMAGE, NETWORK, VOLUME.</summary>
    public static CompletionSource? OfArgument(Command command, string path, int index)
    {
        if (path is "cp" or "container cp" or "build" or "image build" or "builder build" or "import" or "image import")
        {
            return CompletionSource.Files;
        }

        var words = command.Usage.Split(' ').Skip(1).Where(w => w is not "[OPTIONS]").ToList();
        var word = words.Count == 0 ? null : index < words.Count ? words[index] : words[^1].EndsWith("...]", StringComparison.Ordinal) ? words[^1] : null;
        return word?.Trim('[', ']', '.') switch
        {
            "CONTAINER" => path.Split(' ')[^1] switch
            {
                "stop" or "kill" or "exec" or "attach" or "pause" or "top" or "stats" or "port" => CompletionSource.Running,
                "unpause" => CompletionSource.Paused,
                "start" => CompletionSource.Stopped,
                _ => CompletionSource.Containers,
            },
            "IMAGE" or "SOURCE_IMAGE[:TAG]" or "SOURCE_IMAGE[:TAG" or "REPOSITORY[:TAG" or "NAME[:TAG" or "NAME[:TAG|@DIGEST" => CompletionSource.Images,
            "NETWORK" => CompletionSource.Networks,
            "VOLUME" when !path.EndsWith("create", StringComparison.Ordinal) => CompletionSource.Volumes,
            "NAME|ID" => CompletionSource.Any,
            _ => null,
        };
    }

    public static async Task<IReadOnlyList<Candidate>> AskAsync(GantryClient client, CompletionSource source, CancellationToken cancellationToken) => source switch
    {
        CompletionSource.Images => [.. (await client.Images.ListAsync(new ImageListOptions(), cancellationToken).ConfigureAwait(false)).SelectMany(i => i.RepoTags).Where(t => !t.StartsWith('<')).Select(t => new Candidate(t))],
        CompletionSource.Networks => [.. (await client.Networks.ListAsync(null, cancellationToken).ConfigureAwait(false)).Select(n => new Candidate(n.Name))],
        CompletionSource.Volumes => [.. ((await client.Volumes.ListAsync(null, cancellationToken).ConfigureAwait(false)).Volumes ?? []).Select(v => new Candidate(v.Name))],
        CompletionSource.Any =>
        [
            .. await AskAsync(client, CompletionSource.Containers, cancellationToken).ConfigureAwait(false), .. await AskAsync(client, CompletionSource.Images, cancellationToken).ConfigureAwait(false),
            .. await AskAsync(client, CompletionSource.Networks, cancellationToken).ConfigureAwait(false), .. await AskAsync(client, CompletionSource.Volumes, cancellationToken).ConfigureAwait(false),
        ],
        _ => [.. (await client.Containers.ListAsync(new ContainerListOptions { All = source != CompletionSource.Running, Filters = StateOf(source) }, cancellationToken).ConfigureAwait(false))
            .Select(c => new Candidate(c.Names.Select(n => n.TrimStart('/')).FirstOrDefault(n => !n.Contains('/')) ?? c.Id))],
    };

    private static Filters? StateOf(CompletionSource source) => source switch
    {
        CompletionSource.Paused => new Filters().Add("status", "paused"),
        CompletionSource.Stopped => new Filters().Add("status", "created").Add("status", "exited"),
        _ => null,
    };
}

using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Client.Builds;
using Gantry.Core;

namespace Gantry.Cli.Commands.Images;

/// <summary>Build an image from a Dockerfile, with buildx' options.</summary>
internal sealed class BuildCommand
{
    private readonly OptionTable options = new();
    private readonly ListOption addHost;
    private readonly ListOption buildArgument;
    private readonly ListOption buildContext;
    private readonly ListOption cacheFrom;
    private readonly ValueOption<string> file;
    private readonly ValueOption<string> idFile;
    private readonly ListOption label;
    private readonly ValueOption<string> network;
    private readonly Switch noCache;
    private readonly ValueOption<string> platform;
    private readonly ValueOption<string> progress;
    private readonly Switch pull;
    private readonly Switch quiet;
    private readonly ListOption secret;
    private readonly ValueOption<long> shmSize;
    private readonly ListOption tag;
    private readonly ValueOption<string> target;
    private readonly Switch trustHost;

    private BuildCommand()
    {
        addHost = options.Strings("add-host", '\0', "Add a custom host-to-IP mapping (format: \"host:ip\")");
        buildArgument = options.List("build-arg", '\0', "Set build-time variables", type: "stringArray");
        buildContext = options.List("build-context", '\0', "Additional build contexts (e.g., name=path)", type: "stringArray");
        cacheFrom = options.Strings("cache-from", '\0', "Images to consider as cache sources");
        file = options.String("file", 'f', "Name of the Dockerfile (default: \"PATH/Dockerfile\")");
        idFile = options.String("iidfile", '\0', "Write the image ID to a file");
        label = options.List("label", '\0', "Set metadata for an image", type: "stringArray");
        network = options.String("network", '\0', "Set the networking mode for the \"RUN\" instructions during build", initial: "default");
        noCache = options.Switch("no-cache", '\0', "Do not use cache when building the image");
        platform = PlatformOption.Declare(options, "Set target platform for build");
        progress = options.String("progress", '\0', "Set type of progress output (\"auto\", \"none\", \"plain\", \"quiet\", \"tty\"). Use plain to show container output", initial: "auto");
        pull = options.Switch("pull", '\0', "Always attempt to pull all referenced images");
        quiet = options.Switch("quiet", 'q', "Suppress the build output and print image ID on success");
        secret = options.List("secret", '\0', "Secret to expose to the build (format: \"id=mysecret[,src=/local/secret]\")", type: "stringArray");
        shmSize = options.Bytes("shm-size", '\0', "Shared memory size for build containers");
        tag = options.List("tag", 't', "Name and optionally a tag (format: \"name:tag\")", type: "stringArray");
        target = options.String("target", '\0', "Set the target build stage to build");
        trustHost = options.Switch("trust-host-ca", '\0', "Let build steps trust this host's certificate authorities");
        AddIgnored();
    }

    public static Command Create()
    {
        var build = new BuildCommand();
        return new Command
        {
            Usage = "build [OPTIONS] PATH | URL | -",
            Summary = "Build an image from a Dockerfile",
            Aliases = ["image build", "build", "builder build"],
            Arity = Arity.Exactly(1),
            Options = build.options,
            Action = build.RunAsync,
        };
    }

    private async Task<int> RunAsync(CommandContext context, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var request = Options(context, arguments[0]);
        var renderer = BuildRenderer.Create(quiet.Value ? "quiet" : progress.Value, context.Error, context.Console.ErrorIsTerminal, () => context.Console.Size.Columns);
        string image;
        try
        {
            image = await context.Client.Builds.BuildAsync(request, renderer, cancellationToken).ConfigureAwait(false);
        }
        catch (GantryException e)
        {
            throw new ExitException(1, "ERROR: failed to build: " + e.Message);
        }

        if (idFile.Value.Length > 0)
        {
            await File.WriteAllTextAsync(idFile.Value, image, cancellationToken).ConfigureAwait(false);
        }

        if (quiet.Value)
        {
            context.Out.WriteLine(image);
        }

        return 0;
    }

    private BuildOptions Options(CommandContext context, string path)
    {
        var fromInput = path == "-";
        var remote = path.Contains("://") || path.StartsWith("git@", StringComparison.Ordinal);
        var dockerfileFromInput = file.Value == "-";
        if (!fromInput && !remote && !Directory.Exists(path))
        {
            throw new ExitException(1, $"ERROR: unable to prepare context: path \"{path}\" not found");
        }

        if ((fromInput || remote) && buildContext.Values.Count + secret.Values.Count > 0)
        {
            throw new ExitException(1, "ERROR: --build-context and --secret need a directory as the build's context");
        }

        var (tar, text) = fromInput ? StandardInputContext.Read(context.Console.Input) : (null, null);
        return new BuildOptions
        {
            ContextDirectory = fromInput || remote ? null : path,
            ContextTar = tar,
            RemoteContext = remote ? path : null,
            DockerfilePath = file.Value.Length == 0 || dockerfileFromInput ? null : file.Value,
            DockerfileText = dockerfileFromInput ? new StreamReader(context.Console.Input, Encoding.UTF8).ReadToEnd() : text,
            Tags = tag.Values.Select(t => References.Parse(t).WithDefaultTag().Familiar).ToList(),
            Target = target.Value,
            Arguments = ProxySettings.Of(context.Config, context.Client.Endpoint.Address, buildArgument.Values).Select(v => (Name: v.Key, Value: (string?)v.Value))
                .Concat(buildArgument.Values.Select(Argument)).GroupBy(a => a.Name).ToDictionary(g => g.Key, g => g.Last().Value),
            Labels = KeyValues.Parse(label.Values),
            NamedContexts = buildContext.Values.Select(c => c.Split('=', 2)).ToDictionary(
                c => c[0], c => c.Length == 2 ? c[1] : throw new ExitException(1, $"ERROR: invalid context value: {c[0]}, expected key=value")),
            Secrets = secret.Values.Select(BuildSecret.Read).ToDictionary(s => s.Id, s => s.Bytes),
            NoCache = noCache.Value,
            Pull = pull.Value,
            Network = network.Value,
            ExtraHosts = addHost.Values.Select(h => h.Contains('=') && !h.Contains(':') ? h.Replace('=', ':') : h).ToList(),
            Platform = platform.Value,
            ShmSize = shmSize.Value,
            TrustHostCertificates = trustHost.Value,
            CacheFrom = cacheFrom.Values,
            Registries = context.Config.AllCredentials(),
        };
    }

    // A bare name takes the value from the environment, as docker does.
    private static (string Name, string? Value) Argument(string text)
    {
        var equals = text.IndexOf('=');
        return equals < 0 ? (text, Environment.GetEnvironmentVariable(text)) : (text[..equals], text[(equals + 1)..]);
    }

    // Options of both docker builders that change nothing here.
    private void AddIgnored()
    {
        foreach (var name in (string[])["compress", "force-rm", "rm", "squash", "load", "push", "disable-content-trust"])
        {
            options.Switch(name, '\0', "", hidden: true);
        }

        foreach (var name in (string[])["allow", "annotation", "attest", "builder", "cache-to", "call", "cgroup-parent", "cpu-period", "cpu-quota", "cpuset-cpus",
            "cpuset-mems", "isolation", "memory-swap", "metadata-file", "no-cache-filter", "output", "provenance", "sbom", "security-opt", "ssh", "ulimit"])
        {
            options.List(name, '\0', "", hidden: true);
        }

        options.List("cpu-shares", 'c', "", hidden: true);
        options.List("memory", 'm', "", hidden: true);
    }
}

using Gantry.Client;
using Gantry.Client.Builds;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Compose.Output;
using Gantry.Core;

namespace Gantry.Compose.Execution;

/// <summary>What the command line adds to the builds.</summary>
internal sealed record BuildWorkOptions
{
    public bool NoCache { get; init; }

    public bool Pull { get; init; }

    public bool Quiet { get; init; }

    public bool TrustHostCa { get; init; }

    public string Progress { get; init; } = "auto";

    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();
}

/// <summary>Builds services' images, those that others build upon first.</summary>
internal sealed class BuildWork(GantryClient client, ComposeHost host, Progress progress, BuildWorkOptions options)
{
    private const string ServicePrefix = "service:";

    public async Task BuildAsync(IReadOnlyList<Service> services, CancellationToken cancellationToken)
    {
        if (services.Count == 0)
        {
            return;
        }

        await RefuseWhatTheDaemonLacksAsync(services, cancellationToken).ConfigureAwait(false);
        foreach (var service in Ordered(services))
        {
            var renderer = BuildRenderer.Create(options.Quiet ? "quiet" : options.Progress, host.Error, host.ErrorIsTerminal, () => host.TerminalSize().Width);
            await client.Builds.BuildAsync(OptionsOf(service, services), renderer, cancellationToken).ConfigureAwait(false);
            progress.Done(service.Name, "Built");
        }
    }

    private BuildOptions OptionsOf(Service service, IReadOnlyList<Service> services)
    {
        var build = service.Build!;
        var remote = RelativePaths.IsRemote(build.Context);
        if (!remote && !Directory.Exists(build.Context))
        {
            throw GantryException.NotFound($"unable to prepare context: path \"{build.Context}\" not found");
        }

        var arguments = build.Arguments.ToDictionary(pair => pair.Key, pair => (string?)pair.Value, StringComparer.Ordinal);
        foreach (var (name, value) in options.Arguments)
        {
            arguments[name] = value;
        }

        return new BuildOptions
        {
            ContextDirectory = remote ? null : build.Context,
            RemoteContext = remote ? build.Context : null,
            DockerfilePath = build.DockerfileInline is not null || build.Dockerfile is null ? null : remote ? build.Dockerfile : Path.GetFullPath(build.Dockerfile, build.Context),
            DockerfileText = build.DockerfileInline,
            Tags = [service.Image, .. build.Tags],
            Target = build.Target,
            Arguments = arguments,
            Labels = new Dictionary<string, string>(build.Labels, StringComparer.Ordinal),
            NamedContexts = build.AdditionalContexts.ToDictionary(pair => pair.Key, pair => Context(service, pair.Value, services), StringComparer.Ordinal),
            Secrets = build.Secrets.ToDictionary(secret => secret.Id, Secret, StringComparer.Ordinal),
            NoCache = build.NoCache || options.NoCache,
            Pull = build.Pull || options.Pull,
            Network = build.Network,
            ExtraHosts = [.. build.ExtraHosts.Select(item => item.IndexOf('=') is > 0 and var equals ? $"{item[..equals]}:{item[(equals + 1)..]}" : item)],
            Platform = build.Platforms.Count > 0 ? build.Platforms[0] : service.Platform,
            ShmSize = build.ShmSize ?? 0,
            TrustHostCertificates = build.TrustHostCa || options.TrustHostCa,
            Registries = host.AllCredentials(),
        };
    }

    private static string Context(Service service, string context, IReadOnlyList<Service> services)
    {
        if (!context.StartsWith(ServicePrefix, StringComparison.Ordinal))
        {
            return context;
        }

        var name = context[ServicePrefix.Length..];
        var target = services.FirstOrDefault(other => other.Name == name)
            ?? throw GantryException.Invalid($"service \"{service.Name}\" builds upon service \"{name}\", which is not built here: invalid compose project");
        return $"docker-image://{target.Image}";
    }

    private static byte[] Secret(BuildSecret secret) =>
        secret.File is { } file ? File.Exists(file) ? File.ReadAllBytes(file) : throw GantryException.NotFound($"build secret {secret.Id}: stat {file}: no such file or directory")
        : System.Text.Encoding.UTF8.GetBytes(secret.Content ?? "");

    private async Task RefuseWhatTheDaemonLacksAsync(IReadOnlyList<Service> services, CancellationToken cancellationToken)
    {
        var demanding = services.FirstOrDefault(service => service.Build!.AdditionalContexts.Count > 0 || service.Build.Secrets.Count > 0 || service.Build.TrustHostCa || options.TrustHostCa);
        if (demanding is null)
        {
            return;
        }

        var version = await client.System.VersionAsync(cancellationToken).ConfigureAwait(false);
        var isGantry = version.Platform?.Name.Contains("gantry", StringComparison.OrdinalIgnoreCase) == true
            || version.Components?.Any(component => component.Name.Contains("gantry", StringComparison.OrdinalIgnoreCase)) == true;
        if (!isGantry)
        {
            var what = demanding.Build!.AdditionalContexts.Count > 0 ? "additional_contexts" : demanding.Build.Secrets.Count > 0 ? "secrets" : "x-trust-host-ca";
            throw new GantryException(ErrorKind.NotImplemented, $"services.{demanding.Name}.build.{what} needs a Gantry daemon: this one is {(version.Platform?.Name is { Length: > 0 } name ? name : "Docker Engine")} {version.Version}, which takes it from buildx only");
        }
    }

    private static IEnumerable<Service> Ordered(IReadOnlyList<Service> services)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        return services.SelectMany(service => Visit(service));

        IEnumerable<Service> Visit(Service service)
        {
            if (!done.Add(service.Name))
            {
                yield break;
            }

            foreach (var context in service.Build!.AdditionalContexts.Values.Where(context => context.StartsWith(ServicePrefix, StringComparison.Ordinal)))
            {
                foreach (var earlier in services.Where(other => other.Name == context[ServicePrefix.Length..]).SelectMany(Visit))
                {
                    yield return earlier;
                }
            }

            yield return service;
        }
    }
}

using Gantry.Client;
using Gantry.Compose.Execution;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Compose.Output;
using Gantry.Compose.Planning;
using Gantry.Core;

namespace Gantry.Compose.Commands;

/// <summary>What every command works with: the client, the host, and the options that come before the command's name.</summary>
internal sealed class ComposeContext(GantryClient client, ComposeHost host, Arguments global)
{
    public const string GlobalFlags = "file,f= project-name,p= profile= env-file= project-directory= workdir= ansi= progress= parallel= compatibility dry-run all-resources verbose version,v";

    public GantryClient Client => client;

    public ComposeHost Host => host;

    public Arguments Global => global;

    public TextWriter Out => host.Out;

    public bool IsDryRun => global.Has("dry-run");

    public bool UsesColor => (global.Value("ansi") ?? host.Environment.GetValueOrDefault("COMPOSE_ANSI")) switch
    {
        "never" => false,
        "always" => true,
        _ => host.OutputIsTerminal && string.IsNullOrEmpty(host.Environment.GetValueOrDefault("NO_COLOR")),
    };

    /// <exception cref="GantryException">In Compose's words.</exception>
    public Project LoadProject(IReadOnlyList<string>? services = null)
    {
        var loaded = LoadDocument(services ?? [], noInterpolate: false);
        foreach (var line in loaded.Warnings.Concat(UnusedKeys.Warnings(loaded.Tree)))
        {
            Warn(line);
        }

        var project = ModelReader.Read(loaded);
        foreach (var name in services ?? [])
        {
            _ = project.GetService(name);
        }

        return project;
    }

    public LoadedProject LoadDocument(IReadOnlyList<string> services, bool noInterpolate) => ProjectLoader.Load(new ProjectOptions
    {
        WorkingDirectory = host.WorkingDirectory,
        Environment = host.Environment,
        Files = global.Values("file"),
        ProjectDirectory = global.Value("project-directory") ?? global.Value("workdir"),
        ProjectName = global.Value("project-name"),
        Profiles = global.Values("profile"),
        EnvFiles = global.Values("env-file"),
        Services = services,
        NoInterpolate = noInterpolate,
        Input = host.In,
    });

    /// <summary>The project, or null when only its name is known: then its containers' labels must do.</summary>
    public (string Name, Project? Project) FindProject(IReadOnlyList<string>? services = null)
    {
        var name = global.Value("project-name") ?? host.Environment.GetValueOrDefault("COMPOSE_PROJECT_NAME");
        try
        {
            var project = LoadProject(services);
            return (project.Name, project);
        }
        catch (GantryException problem) when (problem.Message.StartsWith("no configuration file provided", StringComparison.Ordinal) && !string.IsNullOrEmpty(name))
        {
            return (name, null);
        }
    }

    /// <summary>The project's containers with one list call, those of the named services only.</summary>
    public async Task<(Project? Project, IReadOnlyList<ObservedContainer> Containers)> ContainersAsync(
        IReadOnlyList<string> services, bool oneOff, CancellationToken cancellationToken)
    {
        var (name, project) = FindProject();
        var all = await StateReader.ContainersAsync(client, name, cancellationToken).ConfigureAwait(false);
        foreach (var service in services)
        {
            if (project is not null && !project.Services.ContainsKey(service) && !all.Any(container => container.Service == service))
            {
                throw GantryException.NotFound($"no such service: {service}");
            }
        }

        return (project, [.. all.Where(container => (oneOff || !container.IsOneOff) && (services.Count == 0 || services.Contains(container.Service)))]);
    }

    /// <summary>One container of a service, for exec, port and the like.</summary>
    public async Task<ObservedContainer> ContainerAsync(string service, int? index, CancellationToken cancellationToken)
    {
        var (_, containers) = await ContainersAsync([service], oneOff: false, cancellationToken).ConfigureAwait(false);
        return (index is null ? containers.FirstOrDefault(container => container.IsRunning) : containers.FirstOrDefault(container => container.Number == index))
            ?? throw GantryException.NotFound(index is null ? $"service \"{service}\" is not running" : $"service \"{service}\" is not running container #{index}");
    }

    public Progress CreateProgress(string title, bool quiet = false)
    {
        var kind = global.Value("progress") ?? host.Environment.GetValueOrDefault("COMPOSE_PROGRESS") ?? "auto";
        return kind switch
        {
            _ when quiet => new QuietProgress(),
            "quiet" => new QuietProgress(),
            "tty" => Terminal(),
            "auto" when host.ErrorIsTerminal && global.Value("ansi") != "never" => Terminal(),
            "auto" or "plain" or "json" => new PlainProgress(host.Error),
            _ => throw new UsageException($"unsupported --progress value \"{kind}\""),
        };

        TerminalProgress Terminal() => new(host.Error, title, UsesColor || host.ErrorIsTerminal, () => host.TerminalSize().Width);
    }

    public bool IsSet(string variable) => host.Environment.GetValueOrDefault(variable) is "1" or "true" or "yes" or "on";

    public void Warn(string message) => host.Error.WriteLine(
        $"time=\"{DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'}\" level=warning msg=\"{message.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
}

using System.Globalization;
using System.Security.Cryptography;
using Gantry.Api.Containers;
using Gantry.Client;
using Gantry.Compose.Execution;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Compose.Planning;

namespace Gantry.Compose.Commands;

/// <summary><c>run</c>: a one-off container of a service, with another command.</summary>
internal static class RunCommand
{
    public const string Flags = "rm detach,d no-TTY,T interactive,i env,e= entrypoint= name= no-deps publish,p= service-ports,P user,u= volume,v= workdir,w= build quiet-pull quiet,q quiet-build pull= label,l= remove-orphans cap-add= cap-drop= use-aliases tty,t env-from-file=";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var name = arguments.Positionals.Count > 0 ? arguments.Positionals[0] : throw new UsageException("\"gantry compose run\" requires at least 1 argument.");
        var project = context.LoadProject([name]);
        var service = Override(project.GetService(name), arguments, context);
        await PrepareAsync(context, project, service, arguments, cancellationToken).ConfigureAwait(false);

        var state = await StateReader.ReadAsync(context.Client, project, [.. project.Services.Values], cancellationToken).ConfigureAwait(false);
        var slug = RandomNumberGenerator.GetHexString(12, lowercase: true);
        var container = arguments.Value("name") ?? $"{project.Name}-{name}-run-{slug}";
        var request = ContainerSpecification.Make(
            project, service, 1, container, state.Images.GetValueOrDefault(service.Image), other => [.. state.Of(other).Select(item => item.Id)], null);
        var tty = !arguments.Has("no-TTY") && !arguments.Has("detach") && context.Host.InputIsTerminal && context.Host.OutputIsTerminal;
        var attached = !arguments.Has("detach");
        request = request with
        {
            Tty = tty || service.Definition["tty"].IsTrue && arguments.Has("detach"),
            OpenStdin = attached,
            StdinOnce = attached,
            AttachStdin = attached,
            Labels = Mark(request.Labels!, slug),
            NetworkingConfig = arguments.Has("use-aliases") ? request.NetworkingConfig : WithoutAliases(request.NetworkingConfig),
            HostConfig = request.HostConfig! with { AutoRemove = arguments.Has("rm") && !attached, RestartPolicy = arguments.Has("rm") ? new RestartPolicy { Name = "no" } : request.HostConfig.RestartPolicy },
        };
        var created = await context.Client.Containers.CreateAsync(request, container, service.Platform, cancellationToken).ConfigureAwait(false);
        await new FileInjection(context.Client).AddAsync(project, service, created.Id, cancellationToken).ConfigureAwait(false);
        if (!attached)
        {
            await context.Client.Containers.StartAsync(created.Id, null, cancellationToken).ConfigureAwait(false);
            await context.Out.WriteLineAsync(container).ConfigureAwait(false);
            return 0;
        }

        return await AttachAsync(context, created.Id, tty, arguments, cancellationToken).ConfigureAwait(false);
    }

    private static async Task PrepareAsync(ComposeContext context, Project project, Service service, Arguments arguments, CancellationToken cancellationToken)
    {
        // The service itself gets its image and networks, but no regular container.
        var dependencies = arguments.Has("no-deps") ? [] : service.DependsOn.Select(dependency => dependency.Service).Where(project.Services.ContainsKey).ToList();
        var up = new UpWork(context, project, new PlanOptions { Services = [.. dependencies, service.Name], WithoutDependencies = arguments.Has("no-deps"), Scale = new Dictionary<string, int> { [service.Name] = 0 }, Recreate = RecreatePolicy.Never, Build = arguments.Has("build"), Pull = arguments.Value("pull"), IgnoreOrphans = true })
        {
            KeepSurplus = true,
            Quiet = arguments.Has("quiet-pull") || arguments.Has("quiet"),
            Builds = new BuildWorkOptions { Quiet = arguments.Has("quiet-build"), TrustHostCa = UpCommand.TrustsHostCa(context, arguments) },
        };
        var result = await up.RunAsync(cancellationToken).ConfigureAwait(false);
        await using var progress = context.CreateProgress("Waiting");
        var wait = new DependencyWait(context.Client, progress);
        foreach (var dependency in service.DependsOn.Where(_ => !arguments.Has("no-deps")))
        {
            await wait.ForAsync(dependency, [.. result.Containers.Where(other => other.Service == dependency.Service).Select(other => (other.Id, other.Name))], cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<int> AttachAsync(ComposeContext context, string id, bool tty, Arguments arguments, CancellationToken cancellationToken)
    {
        var containers = context.Client.Containers;
        try
        {
            await using var stream = await containers.AttachAsync(id, new AttachOptions { Stdin = true }, cancellationToken).ConfigureAwait(false);
            var exit = await containers.BeginWaitAsync(id, "next-exit", cancellationToken).ConfigureAwait(false);
            await containers.StartAsync(id, null, cancellationToken).ConfigureAwait(false);
            if (tty)
            {
                var (width, height) = context.Host.TerminalSize();
                await containers.ResizeAsync(id, height, width, cancellationToken).ConfigureAwait(false);
            }

            await new StreamSession(context.Host).RunAsync(stream, tty, interactive: true, (rows, columns) => containers.ResizeAsync(id, rows, columns, cancellationToken), cancellationToken).ConfigureAwait(false);
            return (int)(await exit.ConfigureAwait(false)).StatusCode;
        }
        finally
        {
            if (arguments.Has("rm"))
            {
                await containers.RemoveAsync(id, new ContainerRemoveOptions { Force = true, Volumes = true }, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static Service Override(Service service, Arguments arguments, ComposeContext context)
    {
        var node = (MapNode)service.Definition.Clone();
        void Set(string key, IEnumerable<string> words) => node[key] = new ListNode(node.Position, words.Select(word => node.Scalar(word)));
        if (arguments.Positionals.Count > 1)
        {
            Set("command", arguments.Positionals.Skip(1));
        }

        if (arguments.Value("entrypoint") is { } entrypoint)
        {
            Set("entrypoint", Schema.ShellWords.Split(entrypoint));
            node["command"] = arguments.Positionals.Count > 1 ? node["command"] : null;
        }

        node["user"] = arguments.Value("user") is { } user ? node.Scalar(user) : node["user"];
        node["working_dir"] = arguments.Value("workdir") is { } directory ? node.Scalar(directory) : node["working_dir"];
        node["ports"] = arguments.Has("service-ports") ? node["ports"] : null;
        node["container_name"] = null;
        Change(node, arguments, context);
        return service with { Definition = node, ContainerName = null, Networks = [.. service.Networks.Select(network => arguments.Has("use-aliases") ? network : network with { Aliases = [], IPv4Address = null, IPv6Address = null })] };
    }

    private static void Change(MapNode node, Arguments arguments, ComposeContext context)
    {
        foreach (var item in arguments.Values("env"))
        {
            node["environment"] ??= node.Mapping();
            var equals = item.IndexOf('=');
            node["environment"].Map![equals < 0 ? item : item[..equals]] = node.Scalar(equals < 0 ? context.Host.Environment.GetValueOrDefault(item) : item[(equals + 1)..]);
        }

        foreach (var item in arguments.Values("label"))
        {
            node["labels"] ??= node.Mapping();
            var equals = item.IndexOf('=');
            node["labels"].Map![equals < 0 ? item : item[..equals]] = node.Scalar(equals < 0 ? "" : item[(equals + 1)..]);
        }

        if (arguments.IsGiven("publish"))
        {
            node["ports"] = Schema.PortSyntax.Expand(new ListNode(node.Position, arguments.Values("publish").Select(port => node.Scalar(port))), "ports");
        }

        foreach (var item in arguments.Values("volume"))
        {
            node["volumes"] ??= new ListNode(node.Position);
            var mount = Schema.VolumeSyntax.Expand(node.Scalar(item), "volumes");
            if (mount.Get("type").Text == "bind")
            {
                mount.Map!["source"] = node.Scalar(Path.GetFullPath(mount.Get("source").Text!, context.Host.WorkingDirectory));
            }

            ((ListNode)node["volumes"]!).Items.Add(mount);
        }
    }

    // Others must not find a one-off container under the service's name.
    private static NetworkingConfig? WithoutAliases(NetworkingConfig? networks) => networks is null ? null : new NetworkingConfig
    {
        EndpointsConfig = networks.EndpointsConfig?.ToDictionary(pair => pair.Key, pair => pair.Value is null ? null : pair.Value with { Aliases = null }, StringComparer.Ordinal),
    };

    private static Dictionary<string, string> Mark(IReadOnlyDictionary<string, string> labels, string slug) => new(labels, StringComparer.Ordinal)
    {
        [Labels.OneOff] = "True",
        [Labels.Slug] = slug,
        [Labels.ContainerNumber] = 1.ToString(CultureInfo.InvariantCulture),
    };
}

using System.Globalization;
using Gantry.Api;
using Gantry.Api.Containers;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Core;

namespace Gantry.Compose.Planning;

/// <summary>Turns a service into the body of <c>POST /containers/create</c>.</summary>
internal static class ContainerSpecification
{
    /// <param name="containersOf">IDs of another service's containers, for shared namespaces and volumes.</param>
    /// <param name="inherited">The container this one replaces; its anonymous volumes are taken over.</param>
    public static ContainerCreateRequest Make(
        Project project, Service service, int number, string name, string? imageId, Func<string, IReadOnlyList<string>> containersOf, ObservedContainer? inherited)
    {
        var node = service.Definition;
        return new ContainerCreateRequest
        {
            Hostname = node["hostname"].Text ?? "",
            Domainname = node["domainname"].Text ?? "",
            User = node["user"].Text ?? "",
            Tty = node["tty"].IsTrue,
            OpenStdin = node["stdin_open"].IsTrue,
            StdinOnce = false,
            AttachStdout = true,
            AttachStderr = true,
            AttachStdin = false,
            Env = Environment(node["environment"]),
            Cmd = node["command"].TextsOrNull,
            Entrypoint = node["entrypoint"].TextsOrNull,
            Image = service.Image,
            WorkingDir = node["working_dir"].Text ?? "",
            Healthcheck = Health(node["healthcheck"]),
            StopSignal = node["stop_signal"].Text,
            StopTimeout = service.StopGracePeriod is { } period ? (int)Math.Ceiling(period.TotalSeconds) : null,
            ExposedPorts = ExposedPorts(node),
            Labels = ContainerLabels(project, service, number, imageId),
            HostConfig = HostSpecification.Make(project, service, containersOf, inherited),
            NetworkingConfig = NetworkSpecification.Make(project, service, name, containersOf),
            MacAddress = service.NetworkMode is not null ? node["mac_address"].Text : null,
        };
    }

    public static IReadOnlyList<string> Environment(Node? environment) =>
        [.. environment.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value.IsNull ? entry.Key : $"{entry.Key}={entry.Value.Text}")];

    private static Dictionary<string, string> ContainerLabels(Project project, Service service, int number, string? imageId)
    {
        var labels = service.Definition["labels"].Options ?? new Dictionary<string, string>(StringComparer.Ordinal);
        labels[Labels.Project] = project.Name;
        labels[Labels.Service] = service.Name;
        labels[Labels.OneOff] = "False";
        labels[Labels.ContainerNumber] = number.ToString(CultureInfo.InvariantCulture);
        labels[Labels.ConfigHash] = service.ConfigHash;
        labels[Labels.WorkingDirectory] = project.Directory;
        labels[Labels.ConfigFiles] = string.Join(',', project.ConfigFiles);
        labels[Labels.Version] = Labels.OurVersion;
        labels[Labels.DependsOn] = string.Join(',', service.DependsOn.Select(dependency => $"{dependency.Service}:{Condition(dependency.Condition)}:{(dependency.Restart ? "true" : "false")}"));
        if (imageId is not null)
        {
            labels[Labels.Image] = imageId;
        }

        if (project.EnvFiles.Count > 0)
        {
            labels[Labels.EnvironmentFile] = string.Join(',', project.EnvFiles);
        }

        return labels;
    }

    private static string Condition(DependencyCondition condition) => condition switch
    {
        DependencyCondition.Healthy => "service_healthy",
        DependencyCondition.Completed => "service_completed_successfully",
        _ => "service_started",
    };

    private static HealthConfig? Health(Node? node) => node switch
    {
        null => null,
        _ when node.Get("disable").IsTrue => new HealthConfig { Test = ["NONE"] },
        _ => new HealthConfig
        {
            Test = node.Get("test").TextsOrNull,
            Interval = Nanoseconds(node.Get("interval")),
            Timeout = Nanoseconds(node.Get("timeout")),
            StartPeriod = Nanoseconds(node.Get("start_period")),
            StartInterval = Nanoseconds(node.Get("start_interval")),
            Retries = (int)(node.Get("retries").Number ?? 0),
        },
    };

    private static long Nanoseconds(Node? node) => node.Duration?.ToNanoseconds() ?? 0;

    private static Dictionary<string, EmptyObject>? ExposedPorts(MapNode node)
    {
        var ports = node["expose"].Texts.SelectMany(Exposed)
            .Concat(node["ports"].Items.Select(port => $"{port.Get("target").Text}/{port.Get("protocol").Text ?? "tcp"}"))
            .Distinct().ToDictionary(port => port, _ => new EmptyObject(), StringComparer.Ordinal);
        return ports.Count > 0 ? ports : null;
    }

    // 3000, 3000/udp or 3000-3005.
    private static IEnumerable<string> Exposed(string text)
    {
        var slash = text.IndexOf('/');
        var (range, protocol) = slash < 0 ? (text, "tcp") : (text[..slash], text[(slash + 1)..]);
        var bounds = range.Split('-');
        if (!ushort.TryParse(bounds[0], out var first) || !ushort.TryParse(bounds[^1], out var last) || last < first)
        {
            throw GantryException.Invalid($"invalid expose: {text}");
        }

        return Enumerable.Range(first, last - first + 1).Select(port => $"{port}/{protocol}");
    }
}

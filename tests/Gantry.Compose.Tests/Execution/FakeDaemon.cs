using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gantry.Api;
using Gantry.Api.Containers;
using Gantry.Api.Images;
using Gantry.Api.Networks;
using Gantry.Api.Volumes;
using Gantry.Client;
using Gantry.Client.Http;

namespace Gantry.Compose.Tests.Execution;

/// <summary>A daemon that keeps containers in a list and answers on a Unix socket; what it is asked is written down.</summary>
internal sealed class FakeDaemon : IAsyncDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"gantry-compose-{Guid.NewGuid():N}.sock");
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly List<Entry> containers = [];
    private readonly Dictionary<string, NetworkInspectResponse> networks = [];
    private readonly Dictionary<string, VolumeResponse> volumes = [];
    private readonly Task accepting;

    public FakeDaemon()
    {
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        accepting = AcceptAsync();
        Client = new GantryClient(DaemonEndpoint.Parse("unix://" + path));
    }

    private sealed class Entry
    {
        public required string Id { get; init; }

        public required string Name { get; set; }

        public required ContainerCreateRequest Request { get; init; }

        public string State { get; set; } = "created";
    }

    public GantryClient Client { get; }

    /// <summary>Requests without their version, as <c>POST /containers/create?name=x</c>.</summary>
    public List<string> Requests { get; } = [];

    public Dictionary<string, string> Images { get; } = [];

    /// <summary>Container names that answer unhealthy.</summary>
    public HashSet<string> Unhealthy { get; } = [];

    public IReadOnlyList<string> Changes => [.. Requests.Where(request => !request.StartsWith("GET", StringComparison.Ordinal))];

    public IReadOnlyList<string> Names => [.. containers.Select(container => container.Name).Order()];

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await stop.CancelAsync();
        listener.Dispose();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
        File.Delete(path);
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            var connection = await listener.AcceptAsync(stop.Token);
            _ = ServeAsync(connection);
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        await using var stream = new NetworkStream(connection, ownsSocket: true);
        var buffer = new List<byte>();
        while (await ReadHeadAsync(stream, buffer) is { } head)
        {
            var lines = head.Split("\r\n");
            var length = lines.Select(line => line.Split(": ", 2)).Where(pair => pair[0].Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Select(pair => int.Parse(pair[1])).FirstOrDefault();
            while (buffer.Count < length)
            {
                await FillAsync(stream, buffer);
            }

            var body = buffer.Take(length).ToArray();
            buffer.RemoveRange(0, length);
            var parts = lines[0].Split(' ');
            var target = parts[1].StartsWith("/v1.", StringComparison.Ordinal) ? parts[1][parts[1].IndexOf('/', 1)..] : parts[1];
            var (status, answer) = Answer(parts[0], Uri.UnescapeDataString(target), body);
            var bytes = Encoding.UTF8.GetBytes(answer);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\nApi-Version: 1.51\r\nContent-Type: application/json\r\nContent-Length: {bytes.Length}\r\n\r\n"));
            await stream.WriteAsync(bytes);
        }
    }

    private static async Task<string?> ReadHeadAsync(NetworkStream stream, List<byte> buffer)
    {
        while (true)
        {
            var text = Encoding.ASCII.GetString([.. buffer]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                buffer.RemoveRange(0, end + 4);
                return text[..end];
            }

            if (!await FillAsync(stream, buffer))
            {
                return null;
            }
        }
    }

    private static async Task<bool> FillAsync(NetworkStream stream, List<byte> buffer)
    {
        var piece = new byte[16 * 1024];
        var count = await stream.ReadAsync(piece);
        buffer.AddRange(piece.Take(count));
        return count > 0;
    }

    private (int Status, string Body) Answer(string method, string target, byte[] body)
    {
        lock (gate)
        {
            if (target.StartsWith("/_ping", StringComparison.Ordinal))
            {
                return (200, "OK");
            }

            Requests.Add($"{method} {target}");
            var query = target.IndexOf('?') is >= 0 and var mark ? System.Web.HttpUtility.ParseQueryString(target[mark..]) : [];
            var segments = target.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
            return (method, segments) switch
            {
                ("GET", ["containers", "json"]) => (200, JsonSerializer.Serialize(containers.Select(Summary).ToList(), DockerJson.Wire.ListContainerSummary)),
                ("GET", ["networks"]) => (200, JsonSerializer.Serialize(networks.Values.ToList(), DockerJson.Wire.ListNetworkInspectResponse)),
                ("GET", ["volumes"]) => (200, JsonSerializer.Serialize(new VolumeListResponse { Volumes = [.. volumes.Values] }, DockerJson.Wire.VolumeListResponse)),
                ("GET", ["images", "json"]) => (200, JsonSerializer.Serialize(Images.Select(image => new ImageSummary { Id = image.Value, RepoTags = [image.Key] }).ToList(), DockerJson.Wire.ListImageSummary)),
                ("POST", ["images", "create"]) => Pull($"{query["fromImage"]}:{query["tag"]}"),
                ("POST", ["networks", "create"]) => Create(JsonSerializer.Deserialize(body, DockerJson.Wire.NetworkCreateRequest)!),
                ("POST", ["volumes", "create"]) => Create(JsonSerializer.Deserialize(body, DockerJson.Wire.VolumeCreateRequest)!),
                ("DELETE", ["networks", var id]) => (networks.Remove(networks.Values.First(network => network.Id == id || network.Name == id).Name) ? 204 : 404, ""),
                ("DELETE", ["volumes", var name]) => (volumes.Remove(name) ? 204 : 404, ""),
                ("POST", ["containers", "create"]) => Create(JsonSerializer.Deserialize(body, DockerJson.Wire.ContainerCreateRequest)!, query["name"]!),
                (_, ["containers", var id, ..]) => Act(method, containers.First(container => container.Id == id || container.Name == id), segments.ElementAtOrDefault(2), query["name"]),
                _ => (404, "{\"message\":\"page not found\"}"),
            };
        }
    }

    private (int, string) Act(string method, Entry container, string? verb, string? name)
    {
        switch (method, verb)
        {
            case ("POST", "start" or "restart"):
                container.State = container.Request.Cmd is ["exit", ..] ? "exited" : "running";
                return (204, "");
            case ("POST", "stop" or "kill"):
                container.State = "exited";
                return (204, "");
            case ("POST", "rename"):
                container.Name = name!;
                return (204, "");
            case ("POST", "wait"):
                return (200, $"{{\"StatusCode\":{container.Request.Cmd?.ElementAtOrDefault(1) ?? "0"}}}");
            case ("DELETE", null):
                containers.Remove(container);
                return (204, "");
            case ("GET", "json"):
                var health = container.Request.Healthcheck is null ? null : new HealthResponse { Status = Unhealthy.Contains(container.Name) ? "unhealthy" : "healthy" };
                return (200, JsonSerializer.Serialize(
                    new ContainerInspectResponse { Id = container.Id, State = new ContainerStateResponse { Status = container.State, Running = container.State == "running", Health = health } }, DockerJson.Wire.ContainerInspectResponse));
            default:
                return (404, "{\"message\":\"page not found\"}");
        }
    }

    private (int, string) Create(ContainerCreateRequest request, string name)
    {
        if (containers.Exists(container => container.Name == name))
        {
            return ((int)HttpStatusCode.Conflict, $"{{\"message\":\"Conflict. The container name \\\"/{name}\\\" is already in use\"}}");
        }

        var entry = new Entry { Id = Guid.NewGuid().ToString("N").PadRight(64, '0'), Name = name, Request = request };
        containers.Add(entry);
        return (201, $"{{\"Id\":\"{entry.Id}\",\"Warnings\":[]}}");
    }

    private (int, string) Create(NetworkCreateRequest request)
    {
        networks[request.Name] = new NetworkInspectResponse { Name = request.Name, Id = "id-" + request.Name, Labels = request.Labels };
        return (201, $"{{\"Id\":\"id-{request.Name}\",\"Warning\":\"\"}}");
    }

    private (int, string) Create(VolumeCreateRequest request)
    {
        volumes[request.Name!] = new VolumeResponse { Name = request.Name!, Labels = request.Labels };
        return (201, JsonSerializer.Serialize(volumes[request.Name!], DockerJson.Wire.VolumeResponse));
    }

    private (int, string) Pull(string image)
    {
        if (image.StartsWith("missing", StringComparison.Ordinal))
        {
            return (404, $"{{\"message\":\"pull access denied for {image}\"}}");
        }

        Images[image] = "sha256:" + image;
        return (200, "{\"status\":\"done\"}\n");
    }

    private ContainerSummary Summary(Entry container) => new()
    {
        Id = container.Id,
        Names = ["/" + container.Name],
        Image = container.Request.Image!,
        Command = string.Join(' ', container.Request.Cmd ?? []),
        State = container.State,
        Status = container.State == "running" ? "Up 2 minutes" : "Exited (0) 1 second ago",
        Created = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 120,
        Labels = container.Request.Labels,
        Ports = [.. (container.Request.HostConfig!.PortBindings ?? new Dictionary<string, IReadOnlyList<PortBinding>?>()).Select(pair => new Port { IP = "0.0.0.0", PrivatePort = int.Parse(pair.Key.Split('/')[0]), PublicPort = int.Parse(pair.Value![0].HostPort!), Type = "tcp" })],
        NetworkSettings = new ContainerSummaryNetworkSettings { Networks = container.Request.NetworkingConfig?.EndpointsConfig?.ToDictionary(pair => pair.Key, pair => new EndpointSettings { NetworkID = "id-" + pair.Key }) },
        Mounts = [.. (container.Request.HostConfig.Binds ?? []).Select(bind => bind.Split(':')).Where(bind => !bind[0].StartsWith('/')).Select(bind => new MountPoint { Type = "volume", Name = bind[0], Destination = bind[1] })],
    };
}

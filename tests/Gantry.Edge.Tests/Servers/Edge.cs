using System.Text;
using Gantry.Edge.Config;
using Gantry.Edge.Hosting;

namespace Gantry.Edge.Tests.Servers;

/// <summary>A running edge with a client for it; the configuration is written as an operator would write it.</summary>
internal sealed class Edge : IAsyncDisposable
{
    private readonly string folder;

    private Edge(EdgeServer server, string folder)
    {
        (Server, this.folder) = (server, folder);
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = new Uri(server.Addresses[0]) };
    }

    public EdgeServer Server { get; }

    public HttpClient Client { get; }

    public string ConfigPath => Path.Combine(folder, "edge.json");

    public string Folder => folder;

    public static async Task<Edge> StartAsync(string json)
    {
        var folder = Directory.CreateTempSubdirectory("gantry-edge-test-").FullName;
        var path = Path.Combine(folder, "edge.json");
        await File.WriteAllTextAsync(path, json);
        var config = ConfigFile.Load(path);
        config.LogLevel = "none";
        config.DataDirectory = folder;
        return new Edge(await EdgeServer.StartAsync(config, path, Stream.Null, CancellationToken.None), folder);
    }

    /// <summary>One listener, one cluster "app", one route.</summary>
    public static Task<Edge> StartAsync(IEnumerable<string> destinations, string cluster = "", string top = "", string route = "") =>
        StartAsync(Config(destinations, cluster, top, route));

    public static string Config(IEnumerable<string> destinations, string cluster = "", string top = "", string route = "")
    {
        var text = new StringBuilder();
        text.Append("{ \"listeners\": [{ \"address\": \"127.0.0.1:0\" }], \"admin\": { \"address\": \"127.0.0.1:0\" }, ").Append(top);
        text.Append("\"routes\": [{ ").Append(route).Append("\"path\": \"/\", \"cluster\": \"app\" }], \"clusters\": { \"app\": { ").Append(cluster);
        text.Append("\"destinations\": [").AppendJoin(", ", destinations.Select(each => $"\"{each}\"")).Append("] } } }");
        return text.ToString();
    }

    public Task<HttpResponseMessage> AdminAsync(HttpMethod method, string path) =>
        Client.SendAsync(new HttpRequestMessage(method, new Uri(new Uri(Server.Addresses[^1]), path)));

    /// <summary>Until so many destinations of the cluster are in that state.</summary>
    public async Task WaitForAsync(int count, string state)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(10); DateTime.UtcNow < deadline; await Task.Delay(20))
        {
            var text = await (await AdminAsync(HttpMethod.Get, "/status")).Content.ReadAsStringAsync();
            if (text.Split($"\"state\": \"{state}\"").Length - 1 == count)
            {
                return;
            }
        }

        Assert.Fail($"never {count} {state}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Gantry.Integration.Tests.Fixtures;

/// <summary>A registry of one image with one layer, which stops half-way through it until it is told to go on.</summary>
internal sealed class StallingRegistry : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, (string Type, byte[] Bytes)> content = [];
    private readonly byte[] layer;
    private readonly string port = HostPort.Free();
    private readonly Task serving;

    /// <param name="size">Bytes of the layer's one file, which do not compress.</param>
    public StallingRegistry(int size)
    {
        layer = RawRequest.Tar(("big", RandomNumberGenerator.GetBytes(size)));
        var config = Encoding.UTF8.GetBytes($$$"""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{{Digest(layer)}}}"]}}""");
        var manifest = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{Manifest}}","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{Digest(config)}}","size":{{config.Length}}},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{Digest(layer)}}","size":{{layer.Length}}}]}""");
        content[$"/v2/stalling/blobs/{Digest(config)}"] = ("application/octet-stream", config);
        content[$"/v2/stalling/blobs/{Digest(layer)}"] = ("application/octet-stream", layer);
        content["/v2/stalling/manifests/1"] = content[$"/v2/stalling/manifests/{Digest(manifest)}"] = (Manifest, manifest);
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        serving = ServeAsync();
    }

    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    public string Repository => $"127.0.0.1:{port}/stalling";

    public string Image => Repository + ":1";

    /// <summary>Completes when half of the layer was sent.</summary>
    public TaskCompletionSource Stalled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Continue() => released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Continue();
        listener.Close();
        await serving;
    }

    private static string Digest(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await listener.GetContextAsync());
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
        }
    }

    private async Task AnswerAsync(HttpListenerContext http)
    {
        try
        {
            var path = http.Request.Url!.AbsolutePath;
            if (!content.TryGetValue(path, out var found))
            {
                http.Response.StatusCode = path == "/v2/" ? 200 : 404;
            }
            else
            {
                http.Response.ContentType = found.Type;
                http.Response.ContentLength64 = found.Bytes.Length;
                if (http.Request.HttpMethod != "HEAD")
                {
                    await SendAsync(http.Response.OutputStream, found.Bytes);
                }
            }

            http.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The daemon died meanwhile.
        }
    }

    private async Task SendAsync(Stream body, byte[] bytes)
    {
        if (bytes != layer)
        {
            await body.WriteAsync(bytes);
            return;
        }

        await body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
        await body.FlushAsync();
        Stalled.TrySetResult();
        await released.Task;
        await body.WriteAsync(bytes.AsMemory(bytes.Length / 2));
    }
}

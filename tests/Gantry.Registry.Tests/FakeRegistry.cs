using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Gantry.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gantry.Registry.Tests;

/// <summary>
/// A registry in memory that works, and that misbehaves where a test says so: <see cref="Misbehave"/> sees each request first.
/// It also serves tokens under <c>/token</c>.
/// </summary>
internal sealed partial class FakeRegistry : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly ConcurrentDictionary<string, byte[]> uploads = new();

    private FakeRegistry(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        application = builder.Build();
        application.Run(AnswerAsync);
    }

    public ConcurrentDictionary<string, byte[]> Blobs { get; } = new();

    /// <summary>By <c>repository:tag-or-digest</c>.</summary>
    public ConcurrentDictionary<string, (string MediaType, byte[] Bytes)> Manifests { get; } = new();

    public ConcurrentQueue<(string Line, string? Authorization, string? Range)> Requests { get; } = new();

    /// <summary>True when it answered, or broke off, itself.</summary>
    public Func<HttpContext, Task<bool>> Misbehave { get; set; } = _ => Task.FromResult(false);

    public bool Ranges { get; set; } = true;

    /// <summary>The one bearer token that is accepted; null asks for none.</summary>
    public string? Token { get; set; }

    public Uri Address { get; private set; } = null!;

    public string Host => Address.Authority;

    public static async Task<FakeRegistry> StartAsync(X509Certificate2? certificate = null)
    {
        var registry = new FakeRegistry(certificate);
        await registry.application.StartAsync();
        registry.Address = new Uri(registry.application.Urls.First());
        return registry;
    }

    public int Count(string pattern) => Requests.Count(request => Regex.IsMatch(request.Line, pattern));

    public ImageReference Reference(string name) => ImageReference.Parse($"{Host}/{name}");

    public ValueTask DisposeAsync() => application.DisposeAsync();

    public string AddBlob(byte[] bytes)
    {
        var digest = Digest.Of(bytes).ToString();
        Blobs[digest] = bytes;
        return digest;
    }

    public string AddManifest(string repository, string? tag, string mediaType, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var digest = Digest.Of(bytes).ToString();
        Manifests[$"{repository}:{digest}"] = (mediaType, bytes);
        if (tag is not null)
        {
            Manifests[$"{repository}:{tag}"] = (mediaType, bytes);
        }

        return digest;
    }

    public static Task ErrorAsync(HttpContext http, int status, string code, string message)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync($$"""{"errors":[{"code":"{{code}}","message":"{{message}}"}]}""");
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var (path, method) = (http.Request.Path.Value!, http.Request.Method);
        Requests.Enqueue(($"{method} {path}{http.Request.QueryString}", http.Request.Headers.Authorization, http.Request.Headers.Range));
        if (await Misbehave(http))
        {
            return;
        }

        if (path == "/token")
        {
            await http.Response.WriteAsync($$"""{"token":"{{Token}}","expires_in":300}""");
            return;
        }

        if (Token is not null && http.Request.Headers.Authorization != $"Bearer {Token}")
        {
            http.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{Address}token\",service=\"fake, registry\"";
            await ErrorAsync(http, 401, "UNAUTHORIZED", "authentication required");
            return;
        }

        await (Route().Match(path) is not { Success: true } route ? Task.CompletedTask
            : (route.Groups["kind"].Value, route.Groups["id"].Value) switch
            {
                ("tags", _) => http.Response.WriteAsync($$"""{"tags":[{{string.Join(',', Tags(route.Groups["name"].Value).Select(tag => $"\"{tag}\""))}}]}"""),
                ("manifests", var id) => ManifestAsync(http, $"{route.Groups["name"].Value}:{id}"),
                ("blobs", var id) when id.StartsWith("uploads/", StringComparison.Ordinal) => UploadAsync(http, route.Groups["name"].Value, id["uploads/".Length..]),
                (_, var id) => BlobAsync(http, id),
            });
    }

    private IEnumerable<string> Tags(string name) => Manifests.Keys.Where(key => key.StartsWith(name + ":", StringComparison.Ordinal) && !key.Contains("sha256")).Select(key => key[(name.Length + 1)..]).Order();

    private async Task ManifestAsync(HttpContext http, string key)
    {
        if (http.Request.Method == "PUT")
        {
            var bytes = await BodyAsync(http);
            var digest = Digest.Of(bytes).ToString();
            Manifests[key] = Manifests[$"{key[..key.IndexOf(':')]}:{digest}"] = (http.Request.ContentType!, bytes);
            http.Response.StatusCode = 201;
            return;
        }

        if (!Manifests.TryGetValue(key, out var manifest))
        {
            await ErrorAsync(http, 404, "MANIFEST_UNKNOWN", "manifest unknown");
            return;
        }

        http.Response.ContentType = manifest.MediaType;
        http.Response.Headers["Docker-Content-Digest"] = Digest.Of(manifest.Bytes).ToString();
        http.Response.ContentLength = manifest.Bytes.Length;
        if (http.Request.Method == "GET")
        {
            await http.Response.Body.WriteAsync(manifest.Bytes);
        }
    }

    private async Task BlobAsync(HttpContext http, string digest)
    {
        if (!Blobs.TryGetValue(digest, out var bytes))
        {
            await ErrorAsync(http, 404, "BLOB_UNKNOWN", "blob unknown to registry");
            return;
        }

        var start = Ranges && http.Request.GetTypedHeaders().Range?.Ranges.First().From is { } from ? (int)from : 0;
        if (start > 0)
        {
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {start}-{bytes.Length - 1}/{bytes.Length}";
        }

        http.Response.ContentLength = bytes.Length - start;
        if (http.Request.Method == "GET")
        {
            await http.Response.Body.WriteAsync(bytes.AsMemory(start));
        }
    }

    private async Task UploadAsync(HttpContext http, string name, string id)
    {
        if (http.Request.Method == "POST")
        {
            if (http.Request.Query["mount"] is [{ } mounted] && Blobs.ContainsKey(mounted))
            {
                http.Response.StatusCode = 201;
                return;
            }

            id = Guid.NewGuid().ToString("N");
            uploads[id] = [];
        }
        else
        {
            uploads[id] = [.. uploads[id], .. await BodyAsync(http)];
            if (http.Request.Method == "PUT")
            {
                var right = AddBlob(uploads[id]) == http.Request.Query["digest"];
                http.Response.StatusCode = right ? 201 : 400;
                return;
            }
        }

        http.Response.StatusCode = 202;
        http.Response.Headers.Location = $"/v2/{name}/blobs/uploads/{id}?state=x";
    }

    private static async Task<byte[]> BodyAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    [GeneratedRegex("^/v2/(?<name>.+)/(?<kind>manifests|blobs|tags)/(?<id>.+)$")]
    private static partial Regex Route();
}

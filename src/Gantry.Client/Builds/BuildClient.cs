using System.Text.Json;
using Gantry.Api;
using Gantry.Client.Http;
using Gantry.Client.Streams;
using Gantry.Core;

namespace Gantry.Client.Builds;

/// <summary>Builds images through <c>POST /build</c>: the context goes up as a tar stream, what happens comes back line by line.</summary>
public sealed class BuildClient(GantryClient client)
{
    /// <summary>Builds, renders the progress and returns the image's ID.</summary>
    /// <exception cref="GantryException">The build failed, in the builder's words; or the context is not what it should be (InvalidArgument).</exception>
    public async Task<string> BuildAsync(BuildOptions options, BuildRenderer renderer, CancellationToken cancellationToken)
    {
        var dockerfile = options.RemoteContext is null ? BuildDockerfile.Find(options) : new BuildDockerfile(options.DockerfilePath ?? "Dockerfile");
        var request = new ApiRequest("POST", "/build")
        {
            Query = QueryOf(options, dockerfile),
            Headers = HeadersOf(options),
            ContentType = "application/x-tar",
            StreamBody = options.RemoteContext is null ? (body, stop) => new BuildContext(options, dockerfile).WriteAsync(body, stop) : null,
        };

        renderer.Start(options);
        string? image = null;
        try
        {
            await using var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            await foreach (var line in JsonLines.ReadAsync(response.Body, DockerJson.Wire.JsonMessage, cancellationToken).ConfigureAwait(false))
            {
                image = Render(line, renderer) ?? image;
            }
        }
        catch (GantryException e)
        {
            renderer.Fail(e.Message);
            throw;
        }

        renderer.Finish(image);
        return image ?? throw new GantryException(ErrorKind.Internal, "the daemon ended the build without naming an image");
    }

    private static string? Render(JsonMessage line, BuildRenderer renderer)
    {
        if ((line.ErrorDetail?.Message is { Length: > 0 } detail ? detail : line.Error) is { } error)
        {
            throw new GantryException(ErrorKind.Internal, error);
        }

        if (line.Aux is { ValueKind: JsonValueKind.Object } aux)
        {
            if (aux.TryGetProperty("gantry", out var happened))
            {
                renderer.Render(happened.Deserialize(DockerJson.Wire.BuildEventMessage)!);
            }
            else if (aux.TryGetProperty("ID", out var id))
            {
                return id.GetString();
            }
        }
        else if (line.Stream is { } text)
        {
            renderer.Text(text);
        }
        else if (line.Status is { } status)
        {
            renderer.Status(line.Id, status, line.ProgressDetail);
        }

        return null;
    }

    private static Query QueryOf(BuildOptions options, BuildDockerfile dockerfile)
    {
        var query = new Query().AddAll("t", options.Tags).Add("remote", options.RemoteContext).Add("dockerfile", dockerfile.NameInContext)
            .Add("target", options.Target).Add("nocache", options.NoCache).Add("pull", options.Pull).Add("rm", true)
            .Add("networkmode", options.Network).Add("platform", options.Platform).Add("shmsize", options.ShmSize == 0 ? null : options.ShmSize)
            .Add("extrahosts", string.Join(',', options.ExtraHosts))
            .Add("gantry-events", true).Add("gantry-trust-host-ca", options.TrustHostCertificates);
        if (options.Arguments.Count > 0)
        {
            query.Add("buildargs", JsonSerializer.Serialize(options.Arguments, DockerJson.Wire.IReadOnlyDictionaryStringString!));
        }

        if (options.Labels.Count > 0)
        {
            query.Add("labels", JsonSerializer.Serialize(options.Labels, DockerJson.Wire.IReadOnlyDictionaryStringString));
        }

        if (options.CacheFrom.Count > 0)
        {
            query.Add("cachefrom", JsonSerializer.Serialize(options.CacheFrom, DockerJson.Wire.IReadOnlyListString));
        }

        if (options.NamedContexts.Count > 0)
        {
            IReadOnlyDictionary<string, string> kinds = options.NamedContexts.ToDictionary(c => c.Key, c => BuildContext.IsDirectory(c.Value) ? "dir" : c.Value);
            query.Add("gantry-contexts", JsonSerializer.Serialize(kinds, DockerJson.Wire.IReadOnlyDictionaryStringString));
        }

        if (options.Secrets.Count > 0)
        {
            query.Add("gantry-secrets", JsonSerializer.Serialize(options.Secrets.Keys.ToArray(), DockerJson.Wire.StringArray));
        }

        return query;
    }

    private static Dictionary<string, string> HeadersOf(BuildOptions options) => new()
    {
        ["X-Registry-Config"] = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(options.Registries, DockerJson.Wire.IReadOnlyDictionaryStringAuthConfig))
            .Replace('+', '-').Replace('/', '_'),
    };
}

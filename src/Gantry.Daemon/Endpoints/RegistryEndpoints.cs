using Gantry.Api;
using Gantry.Api.Images;
using Gantry.Api.System;
using Gantry.Core;
using Gantry.Daemon.Http;
using Gantry.Daemon.Mapping;
using Gantry.Engine;

namespace Gantry.Daemon.Endpoints;

/// <summary>Logins, and what registries say about images.</summary>
internal sealed class RegistryEndpoints(GantryEngine engine)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/auth", LoginAsync);
        routes.MapGet("/distribution/{**name}", InspectAsync);
    }

    private async Task LoginAsync(HttpContext http)
    {
        var auth = await http.Request.ReadJsonAsync(DockerJson.Wire.AuthConfig);
        var token = await engine.Images.LoginAsync(auth.ServerAddress ?? "", auth.ToCredentials(), http.RequestAborted);
        await http.Response.WriteJsonAsync(new AuthResponse { IdentityToken = token ?? "", Status = "Login Succeeded" }, DockerJson.Wire.AuthResponse);
    }

    private async Task InspectAsync(HttpContext http)
    {
        if (!http.Name.EndsWith("/json", StringComparison.Ordinal))
        {
            await Unsupported.PageNotFoundAsync(http);
            return;
        }

        var reference = References.Parse(Uri.UnescapeDataString(http.Name[..^"/json".Length]));
        var (target, platforms) = await engine.Images.InspectRemoteAsync(reference, http.Request.Credentials, http.RequestAborted);
        var answer = new DistributionInspectResponse
        {
            Descriptor = new ImageDescriptor { MediaType = target.MediaType, Digest = target.Digest.ToString(), Size = target.Size },
            Platforms = [.. platforms.Select(ToWire)],
        };
        await http.Response.WriteJsonAsync(answer, DockerJson.Wire.DistributionInspectResponse);
    }

    private static ImagePlatform ToWire(Platform platform) => new() { Architecture = platform.Architecture, Os = platform.Os, Variant = platform.Variant };
}

using System.Globalization;
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
        routes.MapGet("/images/search", SearchAsync);
    }

    private async Task LoginAsync(HttpContext http)
    {
        var auth = await http.Request.ReadJsonAsync(DockerJson.Wire.AuthConfig);
        var token = await engine.Images.LoginAsync(auth.ServerAddress ?? "", auth.ToCredentials(), http.RequestAborted);
        await http.Response.WriteJsonAsync(new AuthResponse { IdentityToken = token ?? "", Status = "Login Succeeded" }, DockerJson.Wire.AuthResponse);
    }

    private async Task SearchAsync(HttpContext http)
    {
        const int most = 100, usual = 25;
        var limit = http.Query.Optional("limit") is not { } text ? usual
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : throw GantryException.Invalid($"invalid limit specified: strconv.Atoi: parsing \"{text}\": invalid syntax");
        if (limit is < 0 or > most)
        {
            throw GantryException.Invalid($"limit {limit} is outside the range of [1, {most}]");
        }

        var found = await engine.Images.SearchAsync(http.Query.Text("term"), limit == 0 ? usual : limit, http.Query.Filters(), http.Request.Credentials, http.RequestAborted);
        List<ImageSearchResult> rows = [.. found.Select(result => new ImageSearchResult { Name = result.Name, Description = result.Description, StarCount = result.Stars, IsOfficial = result.IsOfficial })];
        await http.Response.WriteJsonAsync(rows, DockerJson.Wire.ListImageSearchResult);
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
            Descriptor = target.ToWire(),
            Platforms = [.. platforms.Select(platform => platform.ToWire())],
        };
        await http.Response.WriteJsonAsync(answer, DockerJson.Wire.DistributionInspectResponse);
    }
}

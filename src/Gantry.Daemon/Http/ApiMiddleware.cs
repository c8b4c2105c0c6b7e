using Gantry.Daemon.Hijacking;

namespace Gantry.Daemon.Http;

/// <summary>What every answer carries, and the version prefix, which is taken off the path before it is routed.</summary>
internal sealed class ApiMiddleware(RequestDelegate next)
{
    public static string ServerHeader { get; } = $"Gantry/{GantryVersion.Text} (linux)";

    public async Task InvokeAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers["Api-Version"] = "1.51";
        headers["Docker-Experimental"] = "false";
        headers["Ostype"] = "linux";
        headers.Server = ServerHeader;

        var connection = http.Features.Get<IHijackFeature>();
        connection?.InRequest = true;
        try
        {
            StripVersion(http);
            await next(http);
        }
        finally
        {
            connection?.InRequest = false;
        }
    }

    private static void StripVersion(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        if (path is not ['/', 'v', >= '0' and <= '9', ..])
        {
            return;
        }

        var end = path.IndexOf('/', 1);
        if (end > 0 && ApiVersion.TryParse(path.AsSpan(2, end - 2), out var version))
        {
            http.Features.Set(version);
            http.Request.Path = path[end..];
        }
    }
}

using System.Globalization;
using Gantry.Daemon.Hijacking;
using Microsoft.AspNetCore.Http.Features;

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
            if (await RefuseAncientAsync(http))
            {
                return;
            }

            if (RedirectToClean(http))
            {
                return;
            }

            StripVersion(http);
            JoinNames(http);
            if (http.Request.Path.Value is [_, .., '/'])
            {
                await Endpoints.Unsupported.PageNotFoundAsync(http);
                return;
            }

            await next(http);
        }
        finally
        {
            connection?.InRequest = false;
        }
    }

    // To clients from before 1.24 Docker speaks plain text, as it did then.
    private static async Task<bool> RefuseAncientAsync(HttpContext http)
    {
        if (http.Request.Path.Value is not ['/', 'v', '1', '.', .. var rest] || rest.IndexOf('/') is not (> 0 and var end)
            || !int.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var minor) || minor >= ApiVersion.Minimum.Minor)
        {
            return false;
        }

        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        await http.Response.WriteAsync(ApiVersion.TooOld($"1.{minor}") + "\n", http.RequestAborted);
        return true;
    }

    // Kestrel takes "." and ".." out of a path but leaves "//", plugins and logs see it as it was written: as with Docker's router, the clean one is to be asked for.
    private static bool RedirectToClean(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        var path = target.StartsWith('/') ? target : target.IndexOf('/', target.IndexOf("://", StringComparison.Ordinal) + 3) is > 0 and var start ? target[start..] : "";
        var clean = http.Request.Path.Value ?? "";
        var doubled = clean.Contains("//", StringComparison.Ordinal);
        if ((path.AsSpan().Count('/') == clean.AsSpan().Count('/') && !doubled) || path.Length == 0)
        {
            return false;
        }

        while (clean.Contains("//", StringComparison.Ordinal))
        {
            clean = clean.Replace("//", "/", StringComparison.Ordinal);
        }

        http.Response.StatusCode = StatusCodes.Status301MovedPermanently;
        http.Response.Headers.Location = new PathString(clean).ToUriComponent() + http.Request.QueryString;
        return true;
    }

    // As in Docker's router, whose names may have slashes: a container goes by its link's name ("web/db"), too, and a slash at the
    // end belongs to a name that the path ends with. Escaped, the name is one part of the path.
    private static void JoinNames(HttpContext http)
    {
        var parts = (http.Request.Path.Value ?? "").Split('/');
        var removes = HttpMethods.IsDelete(http.Request.Method);
        if (parts is ["", "networks", ""] && HttpMethods.IsGet(http.Request.Method))
        {
            http.Request.Path = "/networks";
        }
        else if (parts is ["", var kind and ("networks" or "volumes" or "containers"), { Length: > 0 } name, ""] && (removes || (kind != "containers" && HttpMethods.IsGet(http.Request.Method))))
        {
            http.Request.Path = $"/{kind}/{name}%2F";
        }
        else if (parts is ["", "containers", { Length: > 0 } parent, { Length: > 0 } alias, ..] && alias != "checkpoints"
            && (parts.Length == 4 ? removes : parts is [_, _, _, _, { Length: > 0 }] and not [.., "attach", "ws"]))
        {
            http.Request.Path = $"/containers/{parent}%2F{alias}{(parts.Length == 5 ? "/" + parts[4] : "")}";
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

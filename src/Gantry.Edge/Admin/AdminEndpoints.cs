using System.Text.Json;
using Gantry.Edge.State;

namespace Gantry.Edge.Admin;

/// <summary>The admin listener: <c>GET /healthz</c>, <c>GET /status</c>, <c>POST /drain</c> and <c>/undrain</c> (cluster, destination), <c>POST /reload</c>.</summary>
internal sealed class AdminEndpoints(EdgeState state, TimeProvider time, Func<Task<string?>> reload)
{
    public Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET" or "HEAD", "/healthz") => HealthAsync(context),
            ("GET", "/status") => StatusAsync(context),
            ("POST", "/drain") => DrainAsync(context, true),
            ("POST", "/undrain") => DrainAsync(context, false),
            ("POST", "/reload") => ReloadAsync(context),
            _ => TextAsync(context, StatusCodes.Status404NotFound, "There are GET /healthz, GET /status, POST /drain, POST /undrain and POST /reload."),
        };
    }

    private Task HealthAsync(HttpContext context) => state.Draining
        ? TextAsync(context, StatusCodes.Status503ServiceUnavailable, "draining")
        : TextAsync(context, StatusCodes.Status200OK, "ok");

    private Task StatusAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, StatusReport.Of(state, time), StatusJson.Default.StatusReport, context.RequestAborted);
    }

    private Task DrainAsync(HttpContext context, bool draining)
    {
        var (name, address) = ((string?)context.Request.Query["cluster"] ?? "", ((string?)context.Request.Query["destination"] ?? "").TrimEnd('/'));
        if (state.FindCluster(name) is not { } cluster)
        {
            return TextAsync(context, StatusCodes.Status404NotFound, $"No such cluster: {name}");
        }

        if (cluster.Find(address) is not { } destination)
        {
            var known = string.Join(", ", cluster.Destinations.Select(each => each.Address));
            return TextAsync(context, StatusCodes.Status404NotFound, $"No such destination: {address} (there are: {known})");
        }

        destination.Draining = draining;
        cluster.Refresh();
        return StatusAsync(context);
    }

    private async Task ReloadAsync(HttpContext context)
    {
        var complaint = await reload();
        await TextAsync(context, complaint is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest, complaint ?? "reloaded");
    }

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}

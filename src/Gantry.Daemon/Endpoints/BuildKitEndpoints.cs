using Gantry.BuildKit;
using Gantry.Core;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Endpoints;

/// <summary>The two connections of a BuildKit client: one to call the daemon, one for the daemon to call it.</summary>
internal sealed class BuildKitEndpoints(BuildKitServer server)
{
    private const string Protocol = "h2c";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/grpc", ServeAsync);
        routes.MapPost("/session", AttachAsync);
    }

    private async Task ServeAsync(HttpContext http)
    {
        var stream = await http.UpgradeAsync(Protocol);
        await server.ServeAsync(stream, stream.Ended);
    }

    private async Task AttachAsync(HttpContext http)
    {
        http.CheckUpgrade(Protocol);
        var id = http.Request.Headers["X-Docker-Expose-Session-Uuid"].ToString();
        if (id.Length == 0)
        {
            throw GantryException.Invalid("missing X-Docker-Expose-Session-Uuid");
        }

        var stream = await http.UpgradeAsync(Protocol);
        await server.AttachAsync(id, stream, stream.Ended);
    }
}

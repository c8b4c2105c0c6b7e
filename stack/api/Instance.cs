using Parcel.Api.Hosting;

namespace Parcel.Api;

/// <summary>Which of the equal servers this is, and how much it has done.</summary>
internal sealed class Instance(TimeProvider time)
{
    private long requests;

    public string Hostname { get; } = Environment.MachineName;

    /// <summary>INSTANCE_NAME, else the host's name (in a container, its short id).</summary>
    public string Name { get; } = Environment.GetEnvironmentVariable("INSTANCE_NAME") is { Length: > 0 } name ? name : Environment.MachineName;

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    public long Requests => Interlocked.Read(ref requests);

    public void Count() => Interlocked.Increment(ref requests);
}

internal sealed record WhoAmI(string Instance, string Hostname, DateTimeOffset StartedAt, long Requests, bool Departing);

internal static class InstanceEndpoints
{
    public static void MapInstance(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/whoami", (Instance self, Departure departure, HttpResponse response) =>
        {
            response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(new WhoAmI(self.Name, self.Hostname, self.StartedAt, self.Requests, departure.Announced));
        });
        routes.MapGet("/healthz", (Departure departure) => departure.Announced
            ? TypedResults.Text("departing", statusCode: StatusCodes.Status503ServiceUnavailable)
            : TypedResults.Text("ok"));
    }
}

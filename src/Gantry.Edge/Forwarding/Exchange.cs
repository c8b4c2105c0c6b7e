using Gantry.Edge.Model;

namespace Gantry.Edge.Forwarding;

/// <summary>One request's notes, from its arrival to its line in the access log.</summary>
internal sealed class Exchange(EdgeModel model, string requestId, ClientIdentity client, long started)
{
    /// <summary>The model that was current when the request came; a reload does not change it.</summary>
    public EdgeModel Model { get; } = model;

    public string RequestId { get; } = requestId;

    public ClientIdentity Client { get; } = client;

    public long Started { get; } = started;

    public string? Cluster { get; set; }

    public string? Destination { get; set; }

    public int Attempts { get; set; }

    public TimeSpan? Upstream { get; set; }

    public long BytesSent { get; set; }

    public string? Error { get; set; }

    /// <summary>What the log says where no status reached the client: 499, as nginx has it.</summary>
    public int? LoggedStatus { get; set; }
}

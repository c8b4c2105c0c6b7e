namespace Gantry.Networking;

/// <summary>A program outside that makes one endpoint's interface on the host.</summary>
public interface IEndpointDriver
{
    /// <summary>Makes the interface. What fails is undone by the callee.</summary>
    /// <param name="sandbox">Path of the container's namespace.</param>
    Task<ForeignInterface> JoinAsync(EndpointState endpoint, string sandbox, CancellationToken cancellationToken);

    /// <summary>Its network became the container's way out: ports may be published.</summary>
    Task OpenAsync(EndpointState endpoint, CancellationToken cancellationToken);

    /// <summary>The interface, back on the host unless its namespace is gone, is to go. Throws nothing.</summary>
    /// <param name="opened">Whether it was the way out.</param>
    Task LeaveAsync(EndpointState endpoint, bool opened);
}

namespace Gantry.Edge.State;

/// <summary>What the active check last concluded.</summary>
internal enum DestinationHealth
{
    /// <summary>Not yet answered for the first time: no traffic.</summary>
    Unknown,
    Healthy,
    Unhealthy,
}

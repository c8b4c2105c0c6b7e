namespace Gantry.Edge.Hosting;

/// <summary>Marks a connection that came by the admin listener; Kestrel shows connection features to each of its requests.</summary>
internal sealed class AdminConnection
{
    public static readonly AdminConnection Mark = new();
}

namespace Gantry.Plugins;

/// <summary>Where programs that extend the engine are found, and how long they are waited for.</summary>
public sealed record PluginOptions
{
    /// <summary>Folders of sockets: <c>NAME.sock</c> or <c>NAME/NAME.sock</c>.</summary>
    public IReadOnlyList<string> SocketDirectories { get; init; } = ["/run/docker/plugins"];

    /// <summary>Folders of <c>NAME.spec</c> (a URL) and <c>NAME.json</c> (with member <c>Addr</c>), searched in order after the sockets.</summary>
    public IReadOnlyList<string> SpecDirectories { get; init; } = ["/etc/docker/plugins", "/usr/lib/docker/plugins"];

    /// <summary>How long one call may take: mounting may wait for a network.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromMinutes(2);
}

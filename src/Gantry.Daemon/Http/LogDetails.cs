using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Logs;

namespace Gantry.Daemon.Http;

/// <summary>The extra attributes of <c>docker logs --details</c>: what the log options <c>labels</c>, <c>env</c> and <c>tag</c> name.</summary>
internal static class LogDetails
{
    public static string Of(Container container) =>
        string.Join(',', LogAttributes.Of(container, container.Settings.Host.LogOptions.ContainsKey("tag")).Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
}

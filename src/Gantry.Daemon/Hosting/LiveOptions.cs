using System.Text.Json;
using Gantry.Daemon.Hosting.Configuration;
using Gantry.Daemon.Logging;
using Gantry.Engine;

namespace Gantry.Daemon.Hosting;

/// <summary>The options in force: those of the start, with what a reload may change as of the last reload.</summary>
internal sealed class LiveOptions(DaemonOptions options)
{
    private volatile DaemonOptions current = options;

    public DaemonOptions Current => current;

    /// <summary>Takes over what dockerd takes over at SIGHUP, and publishes <c>daemon reload</c>. The rest waits for a restart.</summary>
    public void Reload(DaemonOptions next, GantryEngine engine, DaemonLoggerProvider log)
    {
        current = current with
        {
            Debug = next.Debug,
            LogLevel = next.LogLevel,
            Labels = next.Labels,
            RegistryMirrors = next.RegistryMirrors,
            InsecureRegistries = next.InsecureRegistries,
            MaxDownloads = next.MaxDownloads,
            MaxUploads = next.MaxUploads,
            MaxAttempts = next.MaxAttempts,
            LiveRestore = next.LiveRestore,
            ShutdownTimeout = next.ShutdownTimeout,
            Features = next.Features,
            AuthorizationPlugins = next.AuthorizationPlugins,
        };
        log.Level = current.MinimumLevel;
        engine.Reload(current.ToRegistryOptions());
        engine.Events.Publish("daemon", "reload", engine.Facts.Id, Attributes(engine));
    }

    // dockerd's attributes of the event, values in its form.
    private Dictionary<string, string> Attributes(GantryEngine engine) => new()
    {
        ["debug"] = current.Debug ? "true" : "false",
        ["default-runtime"] = engine.Facts.RuntimeName,
        ["default-shm-size"] = $"{(current.ContainerDefaults.ShmSize > 0 ? current.ContainerDefaults.ShmSize : 64 << 20)}",
        ["insecure-registries"] = List(current.InsecureRegistries),
        ["labels"] = List(current.Labels),
        ["live-restore"] = current.LiveRestore ? "true" : "false",
        ["max-concurrent-downloads"] = $"{current.MaxDownloads}",
        ["max-concurrent-uploads"] = $"{current.MaxUploads}",
        ["max-download-attempts"] = $"{current.MaxAttempts}",
        ["name"] = engine.Facts.Name,
        ["registry-mirrors"] = List(current.RegistryMirrors.Select(mirror => mirror.AbsoluteUri)),
        ["shutdown-timeout"] = $"{current.ShutdownTimeout}",
    };

    private static string List(IEnumerable<string> values) => $"[{string.Join(',', values.Select(value => $"\"{JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""))}]";
}

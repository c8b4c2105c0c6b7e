using Gantry.Client.Http;
using Gantry.Core;

namespace Gantry.Cli.Configuration;

/// <summary>
/// Which daemon a command is for, as docker decides it: <c>--context</c>, else <c>--host</c>, else <c>DOCKER_HOST</c>, else
/// <c>DOCKER_CONTEXT</c>, else the configuration's current context, else the default one.
/// </summary>
internal sealed class CurrentContext(GlobalOptions options, Func<ConfigFile> config, ContextStore store)
{
    public string Name => options.Context is { Length: > 0 } context ? context
        : options.Host is not null || DockerHost is not null ? ContextStore.DefaultName
        : Variable("DOCKER_CONTEXT") ?? (config().Text("currentContext") is { Length: > 0 } current ? current : ContextStore.DefaultName);

    /// <summary>Host of the default context.</summary>
    public string DefaultHost => options.Host ?? DockerHost ?? DaemonEndpoint.DefaultAddress;

    /// <summary>The default context as if it were stored.</summary>
    public StoredContext Default => StoredContext.Create(ContextStore.DefaultName, "", DefaultHost, skipTlsVerify: options.Tls is { Verify: false });

    public static string? DockerHost => Variable("DOCKER_HOST");

    /// <exception cref="GantryException">The context is not there, a file is missing, the address has another form: docker's words.</exception>
    public DaemonEndpoint Resolve()
    {
        try
        {
            return Name is ContextStore.DefaultName ? WithTls(Parse(DefaultHost), options.Tls) : OfContext(store.Get(Name));
        }
        catch (GantryException e)
        {
            throw new GantryException(e.Kind, $"Failed to initialize: unable to resolve docker endpoint: {e.Message}", e);
        }
    }

    private DaemonEndpoint OfContext(StoredContext context)
    {
        if (context.Docker is null)
        {
            throw GantryException.NotFound("cannot find docker endpoint in context");
        }

        var folder = Path.Combine(store.TlsFolder(context.Name), "docker");
        var tls = Directory.Exists(folder) || context.SkipTlsVerify ? ClientTls.FromFolder(folder, verify: !context.SkipTlsVerify) : null;
        return Parse(context.Host.Length > 0 ? context.Host : DaemonEndpoint.DefaultAddress) with { Tls = tls };
    }

    private static DaemonEndpoint WithTls(DaemonEndpoint endpoint, ClientTls? tls)
    {
        foreach (var path in new[] { tls?.Authority, tls?.Certificate, tls?.Key }.OfType<string>().Where(path => !File.Exists(path)))
        {
            throw GantryException.Invalid($"open {path}: no such file or directory");
        }

        return endpoint with { Tls = tls };
    }

    private static DaemonEndpoint Parse(string host)
    {
        var scheme = host.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0 && host[..scheme] is not ("unix" or "tcp" or "http" or "https" or "ssh")
            ? throw GantryException.Invalid($"invalid bind address format: {host}")
            : DaemonEndpoint.Parse(scheme > 0 ? host : "tcp://" + host);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Client.Http;

namespace Gantry.Cli;

/// <summary>Options before the command.</summary>
internal sealed class GlobalOptions
{
    private readonly ValueOption<string> config;
    private readonly ValueOption<string> context;
    private readonly ListOption host;
    private readonly ValueOption<string> level;
    private readonly Switch tls;
    private readonly Switch verify;
    private readonly ValueOption<string> authority;
    private readonly ValueOption<string> certificate;
    private readonly ValueOption<string> key;

    public GlobalOptions()
    {
        Table = new OptionTable { Interspersed = false };
        config = Table.String("config", '\0', "Location of client config files", "/root/.docker");
        context = Table.String("context", 'c', "Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and default context set with \"docker context use\")");
        Table.Switch("debug", 'D', "Enable debug mode");
        host = Table.Checked("host", 'H', "string", "Daemon socket to connect to", _ =>
        {
            if (host!.Values.Count > 0)
            {
                throw new FormatException("specify only one -H");
            }
        });
        level = Table.String("log-level", 'l', "Set the logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\")", "info");
        tls = Table.Switch("tls", '\0', "Use TLS; implied by --tlsverify");
        authority = Table.String("tlscacert", '\0', "Trust certs signed only by this CA", "/root/.docker/ca.pem");
        certificate = Table.String("tlscert", '\0', "Path to TLS certificate file", "/root/.docker/cert.pem");
        key = Table.String("tlskey", '\0', "Path to TLS key file", "/root/.docker/key.pem");
        verify = Table.Switch("tlsverify", '\0', "Use TLS and verify the remote");
        Version = Table.Switch("version", 'v', "Print version information and quit");
    }

    public OptionTable Table { get; }

    public Switch Version { get; }

    public string? Host => host.Values.LastOrDefault();

    public string? Context => context.IsSet ? context.Value : null;

    /// <exception cref="ExitException">There is no such logging level.</exception>
    public void CheckLevel()
    {
        if (level.Value.ToLowerInvariant() is not ("panic" or "fatal" or "error" or "warn" or "warning" or "info" or "debug" or "trace"))
        {
            throw new ExitException(1, $"Unable to parse logging level: {level.Value}");
        }
    }

    public string? ConfigDirectory => config.IsSet ? config.Value : null;

    /// <summary>As docker's CLI decides: what is given must exist, and a default certificate or key is used where there is one.</summary>
    public ClientTls? Tls
    {
        get
        {
            var verifies = verify.IsSet ? verify.Value : Variable("DOCKER_TLS_VERIFY") is not null;
            if (!verifies && !verify.IsSet && !(tls.IsSet ? tls.Value : Variable("DOCKER_TLS") is not null))
            {
                return null;
            }

            var folder = Variable("DOCKER_CERT_PATH") ?? ConfigFile.FolderOf(null);
            return new ClientTls(
                authority.IsSet ? authority.Value : Path.Combine(folder, "ca.pem"),
                Given(certificate, Path.Combine(folder, "cert.pem")),
                Given(key, Path.Combine(folder, "key.pem")),
                verifies);
        }
    }

    private static string? Given(ValueOption<string> option, string fallback) => option.IsSet ? option.Value : File.Exists(fallback) ? fallback : null;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

using Gantry.Cli.CommandLine;

namespace Gantry.Cli;

/// <summary>Options before the command.</summary>
internal sealed class GlobalOptions
{
    private readonly ValueOption<string> config;
    private readonly ListOption host;

    public GlobalOptions()
    {
        Table = new OptionTable { Interspersed = false };
        config = Table.String("config", '\0', "Location of client config files", "/root/.docker");
        Table.String("context", 'c', "Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and default context set with \"docker context use\")");
        Table.Switch("debug", 'D', "Enable debug mode");
        host = Table.List("host", 'H', "Daemon socket to connect to");
        Table.String("log-level", 'l', "Set the logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\")", "info");
        Table.Switch("tls", '\0', "Use TLS; implied by --tlsverify");
        Table.String("tlscacert", '\0', "Trust certs signed only by this CA", "/root/.docker/ca.pem");
        Table.String("tlscert", '\0', "Path to TLS certificate file", "/root/.docker/cert.pem");
        Table.String("tlskey", '\0', "Path to TLS key file", "/root/.docker/key.pem");
        Table.Switch("tlsverify", '\0', "Use TLS and verify the remote");
        Version = Table.Switch("version", 'v', "Print version information and quit");
    }

    public OptionTable Table { get; }

    public Switch Version { get; }

    public string? Host => host.Values.LastOrDefault();

    public string? ConfigDirectory => config.IsSet ? config.Value : null;
}

using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;

namespace Gantry.Cli.Commands.Host;

/// <summary>Log out from a registry.</summary>
internal static class LogoutCommand
{
    public static Command Create()
    {
        return new Command
        {
            Usage = "logout [SERVER]",
            Summary = "Log out from a registry",
            Description = "Log out from a registry.\nIf no server is specified, the default is defined by the daemon.",
            Arity = Arity.AtMost(1),
            Action = (context, arguments, _) =>
            {
                var server = arguments.Count == 0 ? ConfigFile.DockerHub : arguments[0];
                var key = server is "docker.io" or "index.docker.io" ? ConfigFile.DockerHub : server;
                context.Out.WriteLine($"Removing login credentials for {key}");
                context.Config.Erase(key);
                return Task.FromResult(0);
            },
        };
    }
}

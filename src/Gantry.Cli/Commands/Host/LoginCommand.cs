using Gantry.Api.System;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Commands.Host;

/// <summary>Authenticate to a registry.</summary>
internal static class LoginCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var password = options.String("password", 'p', "Password or Personal Access Token (PAT)");
        var fromInput = options.Switch("password-stdin", '\0', "Take the Password or Personal Access Token (PAT) from stdin");
        var user = options.String("username", 'u', "Username");
        return new Command
        {
            Usage = "login [OPTIONS] [SERVER]",
            Summary = "Authenticate to a registry",
            Description = "Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.",
            Arity = Arity.AtMost(1),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                var secret = password.Value;
                if (fromInput.Value)
                {
                    if (password.IsSet || !user.IsSet)
                    {
                        throw new ExitException(1, password.IsSet ? "conflicting options: cannot specify both --password and --password-stdin" : "the --password-stdin option requires --username to be set");
                    }

                    using var reader = new StreamReader(context.Console.Input);
                    secret = (await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false)).TrimEnd('\n', '\r');
                }
                else if (password.IsSet)
                {
                    context.Error.WriteLine("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
                }

                var name = user.Value;
                if (name.Length == 0)
                {
                    context.Out.Write("Username: ");
                    context.Out.Flush();
                    name = context.Console.ReadLine()?.Trim() ?? "";
                }

                if (secret.Length == 0)
                {
                    secret = Prompt.Password(context.Console);
                }

                if (name.Length == 0 || secret.Length == 0)
                {
                    throw new ExitException(1, name.Length == 0 ? "Error: Non-null Username Required" : "Error: Password Required");
                }

                var server = arguments.Count == 0 || arguments[0] is "docker.io" or "index.docker.io" ? ConfigFile.DockerHub : arguments[0].Replace("https://", "").Replace("http://", "").TrimEnd('/');
                var auth = new AuthConfig { Username = name, Password = secret, ServerAddress = server };
                var answer = await context.Client.System.AuthenticateAsync(auth, cancellationToken).ConfigureAwait(false);
                context.Config.Store(server, auth with { IdentityToken = answer.IdentityToken });
                context.Out.WriteLine(answer.Status.Length > 0 ? answer.Status : "Login Succeeded");
                return 0;
            },
        };
    }
}

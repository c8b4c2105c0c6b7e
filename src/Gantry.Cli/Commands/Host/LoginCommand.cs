using Gantry.Api.System;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Cli.Terminal;
using Gantry.Core;

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

                var server = arguments.Count == 0 || arguments[0] is "docker.io" or "index.docker.io" ? ConfigFile.DockerHub : arguments[0].Replace("https://", "").Replace("http://", "").TrimEnd('/');
                if (!user.IsSet && secret.Length == 0 && context.Config.Credentials(server) is { } known && await TryAsync(context, known with { ServerAddress = server }, cancellationToken).ConfigureAwait(false))
                {
                    return 0;
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

                var auth = new AuthConfig { Username = name, Password = secret, ServerAddress = server };
                var answer = await context.Client.System.AuthenticateAsync(auth, cancellationToken).ConfigureAwait(false);
                if (context.Config.Store(server, auth with { IdentityToken = answer.IdentityToken }) is { } file)
                {
                    context.Error.WriteLine($"\nWARNING! Your credentials are stored unencrypted in '{file}'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n");
                }

                context.Out.WriteLine(answer.Status.Length > 0 ? answer.Status : "Login Succeeded");
                return 0;
            },
        };
    }

    private static async Task<bool> TryAsync(CommandContext context, AuthConfig known, CancellationToken cancellationToken)
    {
        context.Error.WriteLine($"Authenticating with existing credentials...{(known.Username is { Length: > 0 } name ? $" [Username: {name}]" : "")}\n\n Info -> To login with a different account, run 'docker logout' followed by 'docker login'\n");
        try
        {
            var answer = await context.Client.System.AuthenticateAsync(known, cancellationToken).ConfigureAwait(false);
            context.Out.WriteLine(answer.Status.Length > 0 ? answer.Status : "Login Succeeded");
            return true;
        }
        catch (GantryException e) when (e.Kind == ErrorKind.Unauthorized)
        {
            context.Error.WriteLine($"Login did not succeed, error: {e.Message}");
            return false;
        }
    }
}

using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;

namespace Gantry.Cli.Commands.Contexts;

/// <summary>Update a context.</summary>
internal static class UpdateCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var description = options.String("description", '\0', "Description of the context");
        var docker = EndpointConfig.Option(options);
        return new Command
        {
            Usage = "update [OPTIONS] CONTEXT",
            Summary = "Update a context",
            Description = $"Update a context\n\n{EndpointConfig.Help}\n\nExample:\n\n$ docker context update my-context --description \"some description\" --docker \"host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file\"",
            Arity = Arity.Exactly(1),
            Options = options,
            Action = (context, names, _) =>
            {
                var name = names[0];
                ContextStore.CheckName(name);
                var stored = context.Contexts.Get(name);
                stored = description.Value.Length > 0 ? stored.Described(description.Value) : stored;
                if (docker.IsSet)
                {
                    var endpoint = EndpointConfig.Read(context, docker);
                    context.Contexts.SaveTls(name, "docker", endpoint.Tls);
                    stored = stored.At(endpoint.Host, endpoint.SkipTlsVerify);
                }

                context.Contexts.Save(stored);
                context.Out.WriteLine(name);
                context.Out.Flush();
                context.Error.WriteLine($"Successfully updated context \"{name}\"");
                return Task.FromResult(0);
            },
        };
    }
}

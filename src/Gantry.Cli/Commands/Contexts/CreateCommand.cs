using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Core;

namespace Gantry.Cli.Commands.Contexts;

/// <summary>Create a context.</summary>
internal static class CreateCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var description = options.String("description", '\0', "Description of the context");
        var docker = EndpointConfig.Option(options);
        var from = options.String("from", '\0', "create context from a named context");
        return new Command
        {
            Usage = "create [OPTIONS] CONTEXT",
            Summary = "Create a context",
            Description = $"Create a context\n\n{EndpointConfig.Help}\n\nExample:\n\n$ docker context create my-context --description \"some description\" --docker \"host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file\"",
            Arity = Arity.Exactly(1),
            Options = options,
            Action = (context, names, _) =>
            {
                var name = names[0];
                ContextStore.CheckName(name);
                if (context.Contexts.Exists(name))
                {
                    throw GantryException.Conflict($"context \"{name}\" already exists");
                }

                if (from.Value.Length > 0 && docker.IsSet)
                {
                    throw GantryException.Invalid("cannot use --docker flag when --from is set");
                }

                if (docker.IsSet)
                {
                    var endpoint = EndpointConfig.Read(context, docker);
                    context.Contexts.Save(StoredContext.Create(name, description.Value, endpoint.Host, endpoint.SkipTlsVerify));
                    context.Contexts.SaveTls(name, "docker", endpoint.Tls);
                }
                else
                {
                    Copy(context, from.Value.Length > 0 ? from.Value : context.Current.Name, name, description.Value);
                }

                context.Out.WriteLine(name);
                context.Out.Flush();
                context.Error.WriteLine($"Successfully created context \"{name}\"");
                return Task.FromResult(0);
            },
        };
    }

    private static void Copy(CommandContext context, string source, string name, string description)
    {
        var copied = source == ContextStore.DefaultName ? context.Current.Default.Described(ListCommand.DefaultDescription) : context.Contexts.Get(source);
        copied = copied.Named(name);
        context.Contexts.Save(description.Length > 0 ? copied.Described(description) : copied);
        foreach (var (endpoint, files) in context.Contexts.Tls(source))
        {
            context.Contexts.SaveTls(name, endpoint, files);
        }
    }
}

using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Core;

namespace Gantry.Cli.Commands.Contexts;

/// <summary>Import a context from a tar or zip file.</summary>
internal static class ImportCommand
{
    public static Command Create() => new()
    {
        Usage = "import CONTEXT FILE|-",
        Summary = "Import a context from a tar or zip file",
        Arity = Arity.Exactly(2),
        Action = async (context, arguments, cancellationToken) =>
        {
            var (name, source) = (arguments[0], arguments[1]);
            ContextStore.CheckName(name);
            if (context.Contexts.Exists(name))
            {
                throw GantryException.Conflict($"context \"{name}\" already exists");
            }

            if (source != "-" && !File.Exists(source))
            {
                throw new ExitException(1, $"open {source}: no such file or directory");
            }

            await using var input = source == "-" ? context.Console.Input : File.OpenRead(source);
            var (stored, tls) = await ContextArchive.ReadAsync(input, cancellationToken).ConfigureAwait(false);
            context.Contexts.Save(stored.Named(name));
            foreach (var (endpoint, files) in tls)
            {
                context.Contexts.SaveTls(name, endpoint, files);
            }

            context.Out.WriteLine(name);
            context.Out.Flush();
            context.Error.WriteLine($"Successfully imported context \"{name}\"");
            return 0;
        },
    };
}

using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;

namespace Gantry.Cli.Commands.Contexts;

/// <summary>Export a context to a tar archive FILE or a tar stream on STDOUT.</summary>
internal static class ExportCommand
{
    public static Command Create() => new()
    {
        Usage = "export [OPTIONS] CONTEXT [FILE|-]",
        Summary = "Export a context to a tar archive FILE or a tar stream on STDOUT.",
        Arity = Arity.Between(1, 2),
        Action = async (context, arguments, cancellationToken) =>
        {
            var name = arguments[0];
            var destination = arguments.Count > 1 ? arguments[1] : name + ".dockercontext";
            if (name != ContextStore.DefaultName)
            {
                ContextStore.CheckName(name);
            }

            var stored = name == ContextStore.DefaultName ? context.Current.Default : context.Contexts.Get(name);
            var tls = context.Contexts.Tls(name);
            if (destination == "-")
            {
                if (context.Console.OutputIsTerminal)
                {
                    throw new ExitException(1, "cowardly refusing to export to a terminal, specify a file path");
                }

                await ContextArchive.WriteAsync(context.Console.Output, stored, tls, cancellationToken).ConfigureAwait(false);
                return 0;
            }

            if (File.Exists(destination))
            {
                throw new ExitException(1, $"open {destination}: file exists");
            }

            // It may hold a private key.
            await using (var file = new FileStream(destination, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                await ContextArchive.WriteAsync(file, stored, tls, cancellationToken).ConfigureAwait(false);
            }

            context.Error.WriteLine($"Written file \"{destination}\"");
            return 0;
        },
    };
}

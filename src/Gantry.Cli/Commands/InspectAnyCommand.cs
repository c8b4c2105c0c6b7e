using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Client;
using Gantry.Core;

namespace Gantry.Cli.Commands;

/// <summary><c>inspect</c> of whatever has the name: container, image, network or volume, in this order.</summary>
internal static class InspectAnyCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var format = options.String("format", 'f', ListFormat.InspectUsage);
        var size = options.Switch("size", 's', "Display total file sizes if the type is container");
        var type = options.String("type", '\0', "Only inspect objects of the given type");
        return new Command
        {
            Usage = "inspect [OPTIONS] NAME|ID [NAME|ID...]",
            Summary = "Return low-level information on Docker objects",
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = (context, names, cancellationToken) =>
                InspectOutput.RunAsync(context, names, format.Value, name => FindAsync(context.Client, type.Value, name, size.Value, cancellationToken)),
        };
    }

    private static async Task<ReadOnlyMemory<byte>> FindAsync(GantryClient client, string type, string name, bool size, CancellationToken cancellationToken)
    {
        List<(string Type, Func<Task<ReadOnlyMemory<byte>>> Fetch)> kinds =
        [
            ("container", () => client.Containers.InspectRawAsync(name, size, cancellationToken)),
            ("image", () => client.Images.InspectRawAsync(name, cancellationToken)),
            ("network", () => client.Networks.InspectRawAsync(name, verbose: false, cancellationToken)),
            ("volume", () => client.Volumes.InspectRawAsync(name, cancellationToken)),
        ];
        if (type.Length > 0)
        {
            var kind = kinds.Find(k => k.Type == type);
            return await (kind.Fetch ?? throw new ExitException(1, $"\"{type}\" is not a valid value for --type"))().ConfigureAwait(false);
        }

        foreach (var (_, fetch) in kinds)
        {
            try
            {
                return await fetch().ConfigureAwait(false);
            }
            catch (GantryException e) when (e.IsFromDaemon && e.Kind is ErrorKind.NotFound or ErrorKind.InvalidArgument)
            {
                // Not one of these; the next kind may have the name.
            }
        }

        throw new ExitException(1, $"Error: No such object: {name}");
    }
}

using Gantry.Api.Volumes;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Volumes;

/// <summary>Create a volume.</summary>
internal static class CreateCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var driver = options.String("driver", 'd', "Specify volume driver name", initial: "local");
        var label = options.List("label", '\0', "Set metadata for a volume");
        var name = options.String("name", '\0', "Specify volume name", hidden: true);
        var opt = options.List("opt", 'o', "Set driver specific options", type: "map", defaultText: "map[]");
        foreach (var cluster in (string[])["availability", "group", "limit-bytes", "required-bytes", "scope", "secret", "sharing", "topology-preferred", "topology-required", "type"])
        {
            // Of cluster volumes, which docker hides too where there is no swarm.
            options.List(cluster, '\0', "", hidden: true);
        }

        return new Command
        {
            Usage = "create [OPTIONS] [VOLUME]",
            Summary = "Create a volume",
            Arity = Arity.AtMost(1),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                if (name.IsSet && arguments.Count == 1)
                {
                    throw new ExitException(1, "conflicting options: cannot specify a volume-name through both --name and as a positional arg");
                }

                var volume = await context.Client.Volumes.CreateAsync(
                    new VolumeCreateRequest
                    {
                        Name = arguments.Count == 1 ? arguments[0] : name.Value,
                        Driver = driver.Value,
                        DriverOpts = KeyValues.Parse(opt.Values),
                        Labels = KeyValues.Parse(label.Values),
                    },
                    cancellationToken).ConfigureAwait(false);
                context.Out.WriteLine(volume.Name);
                return 0;
            },
        };
    }
}

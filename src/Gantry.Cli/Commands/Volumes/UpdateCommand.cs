using System.Text;
using System.Text.Json.Nodes;
using Gantry.Cli.CommandLine;
using Gantry.Client.Http;

namespace Gantry.Cli.Commands.Volumes;

/// <summary>Update a volume of a cluster; a daemon outside of a swarm has none and says so.</summary>
internal static class UpdateCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var availability = options.String("availability", '\0', "Cluster Volume availability (\"active\", \"pause\", \"drain\")", initial: "active");
        return new Command
        {
            Usage = "update [OPTIONS] [VOLUME]",
            Summary = "Update a volume (cluster volumes only)",
            Hidden = true,
            Arity = Arity.Exactly(1),
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                var volume = JsonNode.Parse((await context.Client.Volumes.InspectRawAsync(arguments[0], cancellationToken).ConfigureAwait(false)).Span);
                if (volume?["ClusterVolume"] is not JsonObject cluster)
                {
                    throw new ExitException(1, "can only update cluster volumes");
                }

                var spec = cluster["Spec"]?.DeepClone() as JsonObject ?? [];
                if (availability.IsSet)
                {
                    spec["Availability"] = availability.Value;
                }

                var request = new ApiRequest("PUT", "/volumes/" + Uri.EscapeDataString(arguments[0]))
                {
                    Query = new Query().Add("version", cluster["Version"]?["Index"]?.ToString()),
                    Body = Encoding.UTF8.GetBytes(new JsonObject { ["Spec"] = spec }.ToJsonString()),
                };
                await using var _ = await context.Client.SendAsync(request, cancellationToken).ConfigureAwait(false);
                return 0;
            },
        };
    }
}

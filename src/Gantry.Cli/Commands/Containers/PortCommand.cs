using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Containers;

/// <summary>List port mappings or a specific mapping for the container.</summary>
internal static class PortCommand
{
    public static Command Create()
    {
        return new Command
        {
            Usage = "port CONTAINER [PRIVATE_PORT[/PROTO]]",
            Summary = "List port mappings or a specific mapping for the container",
            Aliases = ["container port", "port"],
            Arity = Arity.Between(1, 2),
            Action = async (context, arguments, cancellationToken) =>
            {
                var container = await context.Client.Containers.InspectAsync(arguments[0], cancellationToken).ConfigureAwait(false);
                var ports = container.NetworkSettings.Ports ?? new Dictionary<string, IReadOnlyList<PortBinding>?>();
                if (arguments.Count == 1)
                {
                    foreach (var line in ports.SelectMany(p => (p.Value ?? []).Select(b => $"{p.Key} -> {Address(b)}")).Order(StringComparer.Ordinal))
                    {
                        context.Out.WriteLine(line);
                    }

                    return 0;
                }

                var wanted = arguments[1].Contains('/') ? arguments[1] : arguments[1] + "/tcp";
                if (!ports.TryGetValue(wanted, out var bindings) || bindings is null or [])
                {
                    throw new ExitException(1, $"no public port '{wanted}' published for {arguments[0]}");
                }

                foreach (var binding in bindings)
                {
                    context.Out.WriteLine(Address(binding));
                }

                return 0;
            },
        };
    }

    private static string Address(PortBinding binding) =>
        (binding.HostIp?.Contains(':') == true ? $"[{binding.HostIp}]" : binding.HostIp) + ":" + binding.HostPort;
}

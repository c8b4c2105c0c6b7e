using System.Globalization;
using Gantry.Core;
using Gantry.Networking;

namespace Gantry.Engine.Networks;

/// <summary>Chooses the wire of a macvlan or ipvlan network, with Docker's errors.</summary>
internal sealed class ParentPlanner(NetworkRegistry networks, NetworkStack stack)
{
    private static readonly string[] MacvlanModes = ["bridge", "private", "vepa", "passthru"];
    private static readonly string[] IpvlanModes = ["l2", "l3", "l3s"];
    private static readonly string[] IpvlanFlags = ["bridge", "private", "vepa"];

    /// <exception cref="GantryException">InvalidArgument for a bad option or parent; Forbidden when another network has the parent.</exception>
    public ParentLink Plan(string id, NetworkSettings settings)
    {
        var kind = settings.Driver;
        var mode = Choice(settings, kind, "mode", kind == "macvlan" ? MacvlanModes : IpvlanModes);
        var flag = kind == "ipvlan" ? Choice(settings, kind, "flag", IpvlanFlags) : "";
        if (settings.Options.GetValueOrDefault("parent") is not { Length: > 0 } parent)
        {
            return new ParentLink($"dm-{id[..12]}", kind, mode) { Flag = flag, Own = new OwnParent() };
        }

        if (parent == "lo")
        {
            throw GantryException.Invalid($"loopback interface is not a valid {kind} parent link");
        }

        CheckShared(parent, kind, mode);
        // One that a network made is shared, and goes with the last.
        var made = networks.All.Select(network => network.Bridge?.Parent).FirstOrDefault(other => other?.Interface == parent)?.Own;
        return new ParentLink(parent, kind, mode) { Flag = flag, Own = made ?? (stack.HasLink(parent) ? null : Vlan(parent)) };
    }

    /// <summary>Macvlan networks share a parent unless one takes it for itself; ipvlan ones never do.</summary>
    private void CheckShared(string parent, string kind, string mode)
    {
        foreach (var other in networks.All.Where(network => network.Bridge?.Parent is { } wire && wire.Interface == parent && wire.Kind == kind))
        {
            if (kind == "ipvlan")
            {
                throw new GantryException(ErrorKind.Forbidden, $"network di-{other.Id[..12]} is already using parent interface {parent}");
            }

            if (mode == "passthru" || other.Bridge!.Parent!.Mode == "passthru")
            {
                throw new GantryException(ErrorKind.Forbidden, $"cannot use mode passthru, macvlan network {other.Id[..12]} is already using parent interface {parent}");
            }
        }
    }

    private OwnParent Vlan(string parent)
    {
        if (!InterfaceName.IsValid(parent) || parent.Split('.') is not [{ Length: > 0 } carrier, var number] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var vlan))
        {
            throw GantryException.Invalid($"invalid subinterface vlan name {parent}, example formatting is eth0.10");
        }

        return vlan is < 1 or > 4094 ? throw GantryException.Invalid($"vlan id must be between 1-4094, received: {vlan}")
            : stack.HasLink(carrier) ? new OwnParent(carrier, vlan)
            : throw GantryException.Invalid($"-o parent interface was not found on the host: {carrier}");
    }

    private static string Choice(NetworkSettings settings, string kind, string what, string[] choices) =>
        settings.Options.GetValueOrDefault($"{kind}_{what}") is not { Length: > 0 } asked ? choices[0]
        : choices.Contains(asked) ? asked
        : throw GantryException.Invalid($"requested {kind} {what} '{asked}' is not valid, '{choices[0]}'{(what == "mode" ? " mode" : "")} is the {kind} driver default");
}

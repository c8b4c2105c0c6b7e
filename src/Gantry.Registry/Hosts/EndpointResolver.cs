using System.Net;
using Gantry.Core;

namespace Gantry.Registry;

/// <summary>Where a domain's registry is, in the order to try (moby registry/service_v2.go).</summary>
internal sealed class EndpointResolver(RegistryOptions options)
{
    private const string DockerHub = "docker.io";
    private static readonly Uri HubAddress = new("https://registry-1.docker.io");

    private readonly IPNetwork[] networks = [.. options.InsecureRegistries.Where(host => host.Contains('/')).Select(text => IPNetwork.TryParse(text, out var network) ? network : throw GantryException.Invalid($"invalid insecure registry: {text}"))];

    public IReadOnlyList<RegistryEndpoint> Resolve(string domain, bool pull)
    {
        if (domain is DockerHub or "index.docker.io" or "registry-1.docker.io")
        {
            var mirrors = pull ? options.Mirrors : [];
            return [.. mirrors.Select(mirror => new RegistryEndpoint(mirror, IsInsecure(mirror.Authority), IsMirror: true)), new RegistryEndpoint(HubAddress)];
        }

        return Uri.TryCreate("https://" + domain, UriKind.Absolute, out var secure) && secure.AbsolutePath == "/"
            ? IsInsecure(domain)
                ? [new RegistryEndpoint(secure, SkipVerification: true), new RegistryEndpoint(new Uri("http://" + domain))]
                : [new RegistryEndpoint(secure)]
            : throw GantryException.Invalid($"invalid registry host \"{domain}\"");
    }

    private bool IsInsecure(string host)
    {
        var name = new Uri("https://" + host).Host.Trim('[', ']');
        if (name == "localhost" || options.InsecureRegistries.Any(known => Same(known, host) || Same(known, name)))
        {
            return true;
        }

        return IPAddress.TryParse(name, out var address) && (IPAddress.IsLoopback(address) || networks.Any(network => network.Contains(address)));
    }

    private static bool Same(string known, string host) => known.Equals(host, StringComparison.OrdinalIgnoreCase);
}

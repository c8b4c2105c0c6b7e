using System.Net;
using System.Text;
using Gantry.Core;
using Gantry.Networking;

namespace Gantry.Engine.Containers;

/// <summary>The files that a container gets from the engine: hostname, hosts and resolv.conf, under the container's own folder.</summary>
internal sealed class ContainerFiles(string dataDirectory, DnsDefaults dns)
{
    private static readonly IPAddress EmbeddedResolver = IPAddress.Parse("127.0.0.11");

    // Containers write it, too.
    private const int LargestHosts = 1 << 20;

    public string DirectoryOf(ContainerId id) => Path.Combine(dataDirectory, "containers", id.ToString());

    public string HostnameOf(ContainerId id) => Path.Combine(DirectoryOf(id), "hostname");

    public string HostsOf(ContainerId id) => Path.Combine(DirectoryOf(id), "hosts");

    public string ResolvConfOf(ContainerId id) => Path.Combine(DirectoryOf(id), "resolv.conf");

    /// <summary>Where the memory of a container that shares it is mounted (<c>--ipc shareable</c>).</summary>
    public string ShmOf(ContainerId id) => Path.Combine(DirectoryOf(id), "shm");

    public string LogOf(ContainerId id) => Path.Combine(DirectoryOf(id), $"{id}-json.log");

    public void Create(ContainerId id) => Directory.CreateDirectory(DirectoryOf(id), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);

    /// <summary>Containers that have a folder.</summary>
    public IReadOnlyList<ContainerId> All()
    {
        var parent = new DirectoryInfo(Path.Combine(dataDirectory, "containers"));
        return parent.Exists ? [.. parent.EnumerateDirectories().Select(folder => ContainerId.TryParse(folder.Name, null, out var id) ? id : (ContainerId?)null).OfType<ContainerId>()] : [];
    }

    public void Delete(ContainerId id)
    {
        if (Directory.Exists(DirectoryOf(id)))
        {
            Directory.Delete(DirectoryOf(id), recursive: true);
        }
    }

    /// <summary>Writes the three files anew for a start.</summary>
    /// <param name="links">Lines of /etc/hosts for <c>--link</c>.</param>
    /// <param name="userDefined">A network with name resolution is attached: the embedded resolver answers.</param>
    public void Write(Container container, IReadOnlyList<EndpointState> endpoints, bool userDefined, IPAddress hostGateway, string links)
    {
        var settings = container.Settings;
        WriteInPlace(HostnameOf(container.Id), settings.Hostname + "\n");
        if (settings.Host.NetworkMode == "host")
        {
            WriteInPlace(HostsOf(container.Id), File.ReadAllText("/etc/hosts") + ExtraHosts(settings, hostGateway));
            WriteInPlace(ResolvConfOf(container.Id), File.Exists("/etc/resolv.conf") ? File.ReadAllText("/etc/resolv.conf") : "");
            return;
        }

        WriteHosts(container, endpoints, hostGateway, links);
        WriteInPlace(ResolvConfOf(container.Id), ResolvConf(settings.Host, userDefined));
    }

    public void WriteHosts(Container container, IReadOnlyList<EndpointState> endpoints, IPAddress hostGateway, string links)
    {
        var settings = container.Settings;
        var text = new StringBuilder("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n");
        text.Append(ExtraHosts(settings, hostGateway)).Append(links);
        foreach (var endpoint in endpoints)
        {
            text.Append(HostsLine(container, endpoint));
        }

        WriteInPlace(HostsOf(container.Id), text.ToString());
    }

    /// <summary>A running container joined a network: the rest of its files stays as it may have changed it.</summary>
    /// <param name="userDefined">The network has name resolution: from now on the embedded resolver answers.</param>
    public void Join(Container container, EndpointState endpoint, bool userDefined)
    {
        File.AppendAllText(HostsOf(container.Id), HostsLine(container, endpoint));
        if (userDefined)
        {
            WriteInPlace(ResolvConfOf(container.Id), ResolvConf(container.Settings.Host, userDefined));
        }
    }

    /// <summary>A running container left a network.</summary>
    public void Leave(Container container, EndpointState endpoint)
    {
        if (new FileInfo(HostsOf(container.Id)).Length > LargestHosts)
        {
            // The container made it so; its lines are its own affair.
            return;
        }

        string[] own = [.. new[] { endpoint.Address, endpoint.Address6 }.OfType<IPAddress>().Select(address => $"{address}\t")];
        var kept = File.ReadAllLines(HostsOf(container.Id)).Where(line => !own.Any(address => line.StartsWith(address, StringComparison.Ordinal)));
        WriteInPlace(HostsOf(container.Id), string.Concat(kept.Select(line => line + "\n")));
    }

    private static string HostsLine(Container container, EndpointState endpoint)
    {
        var settings = container.Settings;
        var names = settings.Domainname.Length > 0 ? $"{settings.Hostname}.{settings.Domainname} {settings.Hostname}" : settings.Hostname;
        return string.Concat(new[] { endpoint.Address, endpoint.Address6 }.OfType<IPAddress>().Select(address => $"{address}\t{names}\n"));
    }

    private static string ExtraHosts(ContainerSettings settings, IPAddress hostGateway) => string.Concat(settings.Host.ExtraHosts.Select(entry =>
    {
        var separator = entry.IndexOfAny([':', '=']);
        var address = entry[(separator + 1)..].Trim('[', ']');
        return $"{(address == "host-gateway" ? hostGateway.ToString() : address)}\t{entry[..separator]}\n";
    }));

    private string ResolvConf(HostSettings host, bool userDefined)
    {
        host = host with
        {
            Dns = host.Dns.Count > 0 ? host.Dns : dns.Servers,
            DnsOptions = host.DnsOptions.Count > 0 ? host.DnsOptions : dns.Options,
            DnsSearch = host.DnsSearch.Count > 0 ? host.DnsSearch : dns.Search,
        };
        var lines = (File.Exists("/etc/resolv.conf") ? File.ReadAllLines("/etc/resolv.conf") : []).Select(line => line.Trim()).ToArray();
        var servers = host.Dns.Count > 0 ? [.. host.Dns] : lines.Where(line => line.StartsWith("nameserver", StringComparison.Ordinal)).Select(line => line[10..].Trim()).Where(Reachable).ToArray();
        var search = host.DnsSearch.Count > 0 ? host.DnsSearch.Where(domain => domain != ".") : lines.Where(line => line.StartsWith("search", StringComparison.Ordinal)).SelectMany(line => line[6..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var options = host.DnsOptions.Count > 0 ? host.DnsOptions : [.. lines.Where(line => line.StartsWith("options", StringComparison.Ordinal)).SelectMany(line => line[7..].Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        var text = new StringBuilder();
        if (userDefined)
        {
            text.Append($"nameserver {EmbeddedResolver}\n");
            options = [.. options.Where(option => !option.StartsWith("ndots:", StringComparison.Ordinal) || host.DnsOptions.Count > 0), .. host.DnsOptions.Any(option => option.StartsWith("ndots:", StringComparison.Ordinal)) ? Array.Empty<string>() : ["ndots:0"]];
        }
        else
        {
            foreach (var server in servers.Length > 0 ? servers : ["8.8.8.8", "8.8.4.4"])
            {
                text.Append($"nameserver {server}\n");
            }
        }

        if (search.Any())
        {
            text.Append($"search {string.Join(' ', search)}\n");
        }

        if (options.Count > 0)
        {
            text.Append($"options {string.Join(' ', options)}\n");
        }

        return text.ToString();
    }

    // A resolver on the host's loopback is not there in the container's namespace.
    private static bool Reachable(string server) => !IPAddress.TryParse(server, out var address) || !IPAddress.IsLoopback(address);

    // The file is bind mounted into the container: its inode must stay.
    private static void WriteInPlace(string path, string text)
    {
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }
}

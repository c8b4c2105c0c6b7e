using System.Net;

namespace Gantry.Networking.Names;

/// <summary>The name servers of a resolv.conf(5), read again when the file changes.</summary>
internal sealed class ResolverConfiguration(string path = "/etc/resolv.conf")
{
    private readonly Lock gate = new();
    private DateTime readAt;
    private IReadOnlyList<IPAddress> servers = [];

    internal IReadOnlyList<IPAddress> Servers
    {
        get
        {
            lock (gate)
            {
                // A missing file has the time 1601-01-01.
                var written = File.GetLastWriteTimeUtc(path);
                if (written != readAt)
                {
                    servers = Read();
                    readAt = written;
                }

                return servers;
            }
        }
    }

    private IReadOnlyList<IPAddress> Read()
    {
        try
        {
            return
            [
                .. File.ReadLines(path)
                    .Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
                    .Where(words => words is ["nameserver", _, ..])
                    .Select(words => IPAddress.TryParse(words[1], out var address) ? address : null)
                    .OfType<IPAddress>(),
            ];
        }
        catch (IOException)
        {
            return [];
        }
    }
}

using Gantry.Core;

namespace Gantry.Engine.Images;

/// <summary>The names under which clients keep a registry's credentials: a host, a URL, or Docker Hub's historical key.</summary>
internal static class RegistryKeys
{
    public static RegistryCredentials Find(IReadOnlyDictionary<string, RegistryCredentials> registries, string domain) =>
        registries.FirstOrDefault(entry => HostOf(entry.Key) == HostOf(domain)).Value ?? RegistryCredentials.Anonymous;

    private static string HostOf(string key)
    {
        var rest = key.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? key[(scheme + 3)..] : key;
        var host = rest.Split('/')[0];
        return host is "index.docker.io" or "registry-1.docker.io" ? "docker.io" : host;
    }
}

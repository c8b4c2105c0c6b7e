using Gantry.Runtime;

namespace Gantry.Engine.Containers;

/// <summary>
/// The host's CA bundle for a container or build step that asked for it: a read-only mount at the engine's own path and the
/// variables by which common tools find it. The image stays as it is.
/// </summary>
internal sealed record HostTrust(IReadOnlyList<MountSpec> Mounts, IReadOnlyList<string> Env)
{
    private const string Target = "/run/gantry/ca-certificates.crt";

    private static readonly string[] Variables =
        ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO", "PIP_CERT", "AWS_CA_BUNDLE"];

    public static HostTrust None { get; } = new([], []);

    public static HostTrust For(bool asked, string bundle) => !asked || !File.Exists(bundle) ? None : new(
        [new MountSpec("bind", bundle, Target, ["bind", "ro", "rprivate"])],
        [.. Variables.Select(variable => $"{variable}={Target}")]);
}

namespace Gantry.Registry;

/// <summary>One address where a registry's API is served.</summary>
/// <param name="Address">Scheme, host and port; a mirror may have a path.</param>
/// <param name="SkipVerification">Whether any certificate will do.</param>
internal sealed record RegistryEndpoint(Uri Address, bool SkipVerification = false, bool IsMirror = false)
{
    /// <summary>Host and port as they name the folder in certs.d.</summary>
    public string Host => Address.Authority;

    /// <param name="path">Under <c>/v2/</c>.</param>
    public Uri Resolve(string path) => new(Address.AbsoluteUri.TrimEnd('/') + "/v2/" + path);
}

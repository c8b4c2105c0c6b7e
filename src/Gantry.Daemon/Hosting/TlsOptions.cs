namespace Gantry.Daemon.Hosting;

/// <summary>Docker's TLS options of a server; what was not given is null.</summary>
internal sealed record TlsOptions
{
    public bool? Tls { get; init; }

    public bool? Verify { get; init; }

    public string? Authority { get; init; }

    public string? Certificate { get; init; }

    public string? Key { get; init; }

    /// <summary>As with dockerd, <c>tlsverify</c> implies TLS whatever its value.</summary>
    public bool Enabled => Verify is not null || Tls == true;

    /// <summary>Whether clients must show a certificate that the authority signed; TLS alone asks for it too, as with dockerd 28.</summary>
    public bool VerifiesClients => Verify ?? true;

    /// <summary>Whether somebody wrote that TCP shall be plain.</summary>
    public bool PlainWanted => Tls == false && Verify is null;
}

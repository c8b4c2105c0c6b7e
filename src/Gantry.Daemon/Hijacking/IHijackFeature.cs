namespace Gantry.Daemon.Hijacking;

/// <summary>Takes a connection away from the HTTP server, after the request and its body were read.</summary>
internal interface IHijackFeature
{
    /// <summary>
    /// The raw connection, early input included. From here on the server neither reads nor writes it; it is closed, with what
    /// is pending flushed, when the handler returns.
    /// </summary>
    HijackedStream Hijack();

    /// <summary>It was taken.</summary>
    bool IsHijacked { get; }

    /// <summary>Set while a request is handled: bytes read then are a body's and not to be touched.</summary>
    bool InRequest { set; }
}

namespace Gantry.Client.Http;

/// <summary>One call on the API. At most one of the bodies is set.</summary>
public sealed record ApiRequest(string Method, string Path)
{
    public Query? Query { get; init; }

    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Writes a body of unknown length, sent in chunks while the answer may already be arriving.</summary>
    public Func<Stream, CancellationToken, Task>? StreamBody { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>False for <c>/_ping</c>, which negotiates the version.</summary>
    public bool Versioned { get; init; } = true;
}

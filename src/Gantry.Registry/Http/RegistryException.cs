using System.Net;

namespace Gantry.Registry;

/// <summary>What a registry, or the way to it, refused. The message is in Docker's words, without the image's name.</summary>
internal sealed class RegistryException(string message, bool retryable = false, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether the same request may work in a moment.</summary>
    public bool Retryable { get; } = retryable;

    /// <summary>The answer's status; null when there was no answer.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>The registry's code, such as <c>MANIFEST_UNKNOWN</c>.</summary>
    public string? Code { get; init; }

    /// <summary>How long the registry asked to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether nothing was reached, so that another address may still do.</summary>
    public bool Unreachable { get; init; }
}

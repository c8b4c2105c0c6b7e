using System.Net;

namespace Gantry.Registry;

/// <summary>Turns an answer that is not the hoped-for one into an exception, in the words that Docker uses for it.</summary>
internal static class ErrorResponses
{
    private const int BodyLimit = 64 << 10;

    public static async Task<RegistryException> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await BoundedContent.ReadAsync(response, BodyLimit, cancellationToken).ConfigureAwait(false);
        var document = body is null ? null : RegistryJson.TryRead(body, RegistryJson.Default.ErrorDocument);
        var first = document?.Errors is { Count: > 0 } errors ? errors[0] : null;
        if (LacksScope(response))
        {
            // The token is good, its rights are not (RFC 6750, section 3.1): Docker calls that denied.
            first = new ErrorItem { Code = "DENIED", Message = "requested access to the resource is denied" };
        }

        return new RegistryException(Describe(response, first, document?.Details), IsTransient(response.StatusCode))
        {
            Status = response.StatusCode,
            Code = first?.Code,
            RetryAfter = RetryAfter(response),
        };
    }

    private static string Describe(HttpResponseMessage response, ErrorItem? error, string? details) => (error, response.StatusCode) switch
    {
        ({ Code: { Length: > 0 } code }, _) => $"{Words(code)}: {(string.IsNullOrEmpty(error.Message) ? Words(code) : error.Message)}",
        (_, HttpStatusCode.Unauthorized) => $"unauthorized: {details ?? "authentication required"}",
        (_, HttpStatusCode.Forbidden) => $"denied: {details ?? "requested access to the resource is denied"}",
        (_, HttpStatusCode.TooManyRequests) => $"toomanyrequests: {details ?? "too many requests to this registry"}",
        _ => $"received unexpected HTTP status: {(int)response.StatusCode} {response.ReasonPhrase}",
    };

    private static bool LacksScope(HttpResponseMessage response) => response.StatusCode == HttpStatusCode.Unauthorized
        && Challenge.Read(response.Headers).Any(challenge => challenge.IsBearer && challenge["error"] == "insufficient_scope");

    private static string Words(string code) => code.ToLowerInvariant().Replace('_', ' ');

    private static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - DateTimeOffset.UtcNow is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };
}

namespace Gantry.Edge.Forwarding;

/// <summary>Why an attempt came to nothing.</summary>
internal enum FailureKind
{
    /// <summary>No connection: not a byte of the request left, so any request may be tried again.</summary>
    NotSent,

    /// <summary>The connection broke before the answer's head: the destination may or may not have acted.</summary>
    Broken,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>The client's body could not be read or is too big.</summary>
    BadRequest,

    /// <summary>Nobody waits for the answer any more.</summary>
    ClientGone,
}

/// <summary>A failed attempt and its reason in the system's words.</summary>
internal sealed record Failure(FailureKind Kind, string Reason, int Status)
{
    public static Failure Of(Exception exception, RequestBody body, CancellationToken clientGone)
    {
        if (body.ReadError is BadHttpRequestException bad)
        {
            return new Failure(FailureKind.BadRequest, bad.Message, bad.StatusCode);
        }

        if (clientGone.IsCancellationRequested || body.ReadError is not null)
        {
            return new Failure(FailureKind.ClientGone, "the client went away", StatusCodes.Status499ClientClosedRequest);
        }

        return exception switch
        {
            // The handler's own mark for ConnectTimeout.
            OperationCanceledException { InnerException: TimeoutException timeout } => new Failure(FailureKind.NotSent, timeout.Message, StatusCodes.Status502BadGateway),
            OperationCanceledException => new Failure(FailureKind.Timeout, "no answer in time", StatusCodes.Status504GatewayTimeout),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } =>
                new Failure(FailureKind.NotSent, exception.Message, StatusCodes.Status502BadGateway),
            _ => new Failure(FailureKind.Broken, exception.InnerException?.Message ?? exception.Message, StatusCodes.Status502BadGateway),
        };
    }
}

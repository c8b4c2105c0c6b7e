using Gantry.Edge.Model;
using Gantry.Edge.State;

namespace Gantry.Edge.Forwarding;

/// <summary>
/// Forwards a request to a cluster, trying again what may be tried again: anything that was not sent; and what broke
/// before an answer, if the method is idempotent (RFC 9110 section 9.2.2) or the client gave an Idempotency-Key.
/// </summary>
internal sealed partial class Forwarder(TimeProvider time, ILogger<Forwarder> logger)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    public async Task ForwardAsync(HttpContext context, Exchange exchange, Route route)
    {
        var cluster = route.Cluster!;
        var policy = cluster.Model.Retry;
        var upgrade = Upgrade.Of(context);
        var repeatable = IsRepeatable(context.Request, policy) && upgrade is null;
        exchange.Cluster = cluster.Name;

        using var clock = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var body = await RequestBody.OpenAsync(context, repeatable, policy.BufferLimit, context.RequestAborted);
        var start = time.GetTimestamp();
        HashSet<DestinationState>? tried = null;
        Failure? failure = null;
        var resent = 0;
        while (true)
        {
            var destination = body.ReadError is null ? cluster.Pick(tried) : null;
            if (destination is null)
            {
                var patience = policy.Patience - time.GetElapsedTime(start);
                if (patience <= TimeSpan.Zero || body.ReadError is not null)
                {
                    failure = body.ReadError is null ? failure : Failure.Of(body.ReadError, body, context.RequestAborted);
                    await FailAsync(context, exchange, failure ?? new Failure(FailureKind.NotSent, "no server is available", StatusCodes.Status503ServiceUnavailable));
                    return;
                }

                // All were tried or none is there: wait a moment, then all may be tried again.
                await cluster.WaitForChangeAsync(tried is null || patience < RetryPause ? patience : RetryPause, context.RequestAborted);
                tried?.Clear();
                continue;
            }

            failure = await AttemptAsync(context, exchange, route, destination, body, upgrade, clock);
            if (failure is null)
            {
                return;
            }

            var again = policy.Attempts > 0 && body.CanSendAgain && failure.Kind switch
            {
                FailureKind.NotSent => true,
                FailureKind.Broken => repeatable && ++resent <= policy.Attempts,
                _ => false,
            };
            if (!again)
            {
                await FailAsync(context, exchange, failure);
                return;
            }

            LogRetry(context.Request.Method, exchange.RequestId, destination.Address, failure.Reason);
            (tried ??= []).Add(destination);
        }
    }

    /// <returns>Null when an answer went to the client, whole or not.</returns>
    private async Task<Failure?> AttemptAsync(
        HttpContext context, Exchange exchange, Route route, DestinationState destination, RequestBody body, Upgrade? upgrade, CancellationTokenSource clock)
    {
        exchange.Attempts++;
        exchange.Destination = destination.Address;
        destination.Begin();
        try
        {
            var sent = time.GetTimestamp();
            clock.CancelAfter(route.Timeout);
            using var request = UpstreamRequest.Create(context, exchange, route, destination, body.CreateContent(() => clock.CancelAfter(route.Timeout)), upgrade);
            HttpResponseMessage response;
            try
            {
                response = await route.Cluster!.Client.SendAsync(request, clock.Token);
            }
            catch (Exception e)
            {
                var failure = Failure.Of(e, body, context.RequestAborted);
                Blame(route.Cluster!, destination, failure);
                return failure;
            }

            using (response)
            {
                exchange.Upstream = time.GetElapsedTime(sent);
                destination.Succeeded(exchange.Upstream.Value);
                await AnswerAsync(context, exchange, route, response, upgrade, clock);
            }

            return null;
        }
        finally
        {
            destination.End();
        }
    }

    private static async Task AnswerAsync(HttpContext context, Exchange exchange, Route route, HttpResponseMessage response, Upgrade? upgrade, CancellationTokenSource clock)
    {
        try
        {
            UpstreamResponse.CopyHead(response, context);
            if (upgrade is not null && response.StatusCode == System.Net.HttpStatusCode.SwitchingProtocols)
            {
                clock.CancelAfter(Timeout.InfiniteTimeSpan);
                await upgrade.RelayAsync(context, response, clock.Token);
                return;
            }

            void Progress() => clock.CancelAfter(route.IdleTimeout);
            Progress();
            exchange.BytesSent = await UpstreamResponse.CopyBodyAsync(response, context, exchange.Model.Compression, Progress, clock.Token);
        }
        catch (Exception e)
        {
            // The head may be out already: cutting the connection is the only honest way to say that the rest is missing.
            exchange.Error = context.RequestAborted.IsCancellationRequested ? "the client went away" : $"the answer broke off: {e.Message}";
            exchange.LoggedStatus = context.RequestAborted.IsCancellationRequested ? StatusCodes.Status499ClientClosedRequest : null;
            context.Abort();
        }
    }

    private void Blame(ClusterState cluster, DestinationState destination, Failure failure)
    {
        if (failure.Kind is FailureKind.NotSent or FailureKind.Broken or FailureKind.Timeout && destination.Failed(failure.Reason, cluster.Model.Passive))
        {
            LogEjected(destination.Address, cluster.Name, failure.Reason);
            cluster.Refresh();
        }
    }

    private static async Task FailAsync(HttpContext context, Exchange exchange, Failure failure)
    {
        exchange.Error = failure.Reason;
        if (failure.Kind == FailureKind.ClientGone)
        {
            exchange.LoggedStatus = failure.Status;
            context.Abort();
            return;
        }

        if (failure.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        await Problem.WriteAsync(context, failure.Status, failure.Reason, exchange.RequestId);
    }

    private static bool IsRepeatable(HttpRequest request, RetryPolicy policy) =>
        request.Method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" or "TRACE"
        || (policy.IdempotencyKey && request.Headers.ContainsKey("Idempotency-Key"));

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {RequestId} goes elsewhere: {Destination}: {Reason}")]
    private partial void LogRetry(string method, string requestId, string destination, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Destination} of {Cluster} is left alone for a while: {Reason}")]
    private partial void LogEjected(string destination, string cluster, string reason);
}

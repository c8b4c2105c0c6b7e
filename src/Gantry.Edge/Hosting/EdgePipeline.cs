using Gantry.Edge.Files;
using Gantry.Edge.Forwarding;
using Gantry.Edge.Logging;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Edge.Hosting;

/// <summary>What happens to a request: identify, find its route, hand it to files or a cluster, log it.</summary>
internal sealed partial class EdgePipeline(EdgeRuntime runtime, Forwarder forwarder, AccessLog log, TimeProvider time, ILogger<EdgePipeline> logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        var model = runtime.Model;
        var exchange = new Exchange(model, RequestId.Of(context.Request.Headers[RequestId.Header]), ClientIdentity.Of(context, model.TrustedHops), time.GetTimestamp());
        runtime.State.Begin();
        try
        {
            Prepare(context, exchange);
            await RouteAsync(context, exchange);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            exchange.LoggedStatus = StatusCodes.Status499ClientClosedRequest;
        }
        catch (BadHttpRequestException e)
        {
            exchange.Error = e.Message;
            await Problem.WriteAsync(context, e.StatusCode, e.Message, exchange.RequestId);
        }
        catch (Exception e)
        {
            LogFault(exchange.RequestId, e);
            exchange.Error = e.Message;
            await Problem.WriteAsync(context, StatusCodes.Status500InternalServerError, null, exchange.RequestId);
        }
        finally
        {
            runtime.State.End();
            Log(context, exchange);
        }
    }

    private void Prepare(HttpContext context, Exchange exchange)
    {
        var headers = context.Response.Headers;
        headers[RequestId.Header] = exchange.RequestId;
        foreach (var (name, value) in exchange.Model.SecurityHeaders)
        {
            headers[name] = value;
        }

        if (runtime.State.Draining && context.Request.Protocol == HttpProtocol.Http11)
        {
            // The client's next request is to come by a new connection, to whoever then listens.
            headers.Connection = "close";
        }
    }

    private async Task RouteAsync(HttpContext context, Exchange exchange)
    {
        var route = exchange.Model.Routes.Find(context.Request.Host.Host, context.Request.Path.Value ?? "/");
        if (route is null)
        {
            await Problem.WriteAsync(context, StatusCodes.Status404NotFound, "no route takes this host and path", exchange.RequestId);
            return;
        }

        if (context.Request.ContentLength > route.BodyLimit)
        {
            await Problem.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, $"the body is larger than {route.BodyLimit} bytes", exchange.RequestId);
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = route.BodyLimit;
        }

        await (route.Files is not null ? FileResponder.RespondAsync(context, exchange, route) : forwarder.ForwardAsync(context, exchange, route));
    }

    private void Log(HttpContext context, Exchange exchange)
    {
        if (!exchange.Model.AccessLog)
        {
            return;
        }

        var request = context.Request;
        log.Write(new AccessEntry(
            time.GetUtcNow(), exchange.RequestId, exchange.Client.Address, request.Method, exchange.Client.Scheme, exchange.Client.Host, request.Path.Value ?? "", request.Protocol,
            exchange.LoggedStatus ?? context.Response.StatusCode, exchange.BytesSent, time.GetElapsedTime(exchange.Started), exchange.Cluster, exchange.Destination,
            exchange.Attempts, exchange.Upstream, request.Headers.UserAgent, exchange.Error));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} met a fault of ours")]
    private partial void LogFault(string requestId, Exception exception);
}

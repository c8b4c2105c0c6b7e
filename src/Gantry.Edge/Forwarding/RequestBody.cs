using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Edge.Forwarding;

/// <summary>
/// A request's body, streamed as it comes. A small one of a request that may be repeated is read first, so that it can be
/// sent again.
/// </summary>
internal sealed class RequestBody
{
    private readonly HttpContext context;
    private byte[]? kept;

    private RequestBody(HttpContext context, bool exists) => (this.context, Exists) = (context, exists);

    public bool Exists { get; }

    /// <summary>Some of it was taken from the client for an upstream.</summary>
    public bool Started { get; private set; }

    /// <summary>Why the client's part could not be read.</summary>
    public Exception? ReadError { get; private set; }

    public bool CanSendAgain => !Exists || kept is not null || !Started;

    public static async ValueTask<RequestBody> OpenAsync(HttpContext context, bool repeatable, long bufferLimit, CancellationToken cancellationToken)
    {
        var exists = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;
        var body = new RequestBody(context, exists);
        if (exists && repeatable && context.Request.ContentLength is { } length && length <= bufferLimit)
        {
            try
            {
                var bytes = new byte[length];
                await context.Request.Body.ReadExactlyAsync(bytes, cancellationToken);
                body.kept = bytes;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                body.ReadError = e;
            }
        }

        return body;
    }

    /// <summary>Content for one attempt, with the request's content headers.</summary>
    /// <param name="onProgress">Called for each piece, to keep a timeout from firing.</param>
    public HttpContent? CreateContent(Action onProgress) => !Exists ? null
        : kept is not null ? new ByteArrayContent(kept)
        : new Streamed(this, context.Request.ContentLength, onProgress);

    private sealed class Streamed(RequestBody body, long? length, Action onProgress) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            body.Started = true;
            var reader = body.context.Request.BodyReader;
            while (true)
            {
                System.IO.Pipelines.ReadResult read;
                try
                {
                    read = await reader.ReadAsync(cancellationToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    body.ReadError = e;
                    throw;
                }

                foreach (var segment in read.Buffer)
                {
                    await stream.WriteAsync(segment, cancellationToken);
                }

                reader.AdvanceTo(read.Buffer.End);
                onProgress();
                if (read.IsCompleted)
                {
                    return;
                }

                await stream.FlushAsync(cancellationToken);
            }
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length ?? 0;
            return length is not null;
        }
    }
}

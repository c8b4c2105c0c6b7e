using Gantry.Edge.Compression;
using Gantry.Edge.Model;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gantry.Edge.Forwarding;

/// <summary>Gives a destination's answer to the client, compressed where that is worth it.</summary>
internal static class UpstreamResponse
{
    private const int PieceSize = 16 * 1024;

    public static void CopyHead(HttpResponseMessage response, HttpContext context)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        var connection = response.Headers.NonValidated.TryGetValues("Connection", out var named) ? new StringValues([.. named]) : default;
        Copy(response.Headers.NonValidated, connection, context.Response.Headers);
        Copy(response.Content.Headers.NonValidated, connection, context.Response.Headers);
    }

    /// <param name="onProgress">Called for each piece, to keep a timeout from firing.</param>
    /// <returns>The bytes sent, before compression.</returns>
    public static async Task<long> CopyBodyAsync(HttpResponseMessage response, HttpContext context, CompressionPolicy? compression, Action onProgress, CancellationToken cancellationToken)
    {
        var coding = Coding(response, context, compression);
        await using var source = await response.Content.ReadAsStreamAsync(cancellationToken);
        return coding == ContentCoding.Identity
            ? await CopyPlainAsync(source, context.Response, onProgress, cancellationToken)
            : await CopyEncodedAsync(source, context.Response, coding, onProgress, cancellationToken);
    }

    private static void Copy(System.Net.Http.Headers.HttpHeadersNonValidated from, StringValues connection, IHeaderDictionary to)
    {
        foreach (var (name, values) in from)
        {
            if (!HopByHop.Contains(name) && !(connection.Count > 0 && HopByHop.IsNamed(connection, name)) && !name.Equals(RequestId.Header, StringComparison.OrdinalIgnoreCase))
            {
                to[name] = values.Count == 1 ? values.ToString() : new StringValues([.. values]);
            }
        }
    }

    private static async Task<long> CopyPlainAsync(Stream source, HttpResponse response, Action onProgress, CancellationToken cancellationToken)
    {
        var writer = response.BodyWriter;
        long total = 0;
        while (true)
        {
            var reading = source.ReadAsync(writer.GetMemory(PieceSize), cancellationToken);
            if (!reading.IsCompleted && !response.HasStarted)
            {
                // The body takes its time (an event stream, say): let the client have the head.
                await response.StartAsync(cancellationToken);
                await writer.FlushAsync(cancellationToken);
            }

            var read = await reading;
            if (read == 0)
            {
                return total;
            }

            writer.Advance(read);
            total += read;
            onProgress();
            await writer.FlushAsync(cancellationToken);
        }
    }

    private static async Task<long> CopyEncodedAsync(Stream source, HttpResponse response, ContentCoding coding, Action onProgress, CancellationToken cancellationToken)
    {
        response.Headers.ContentEncoding = coding.Name();
        response.Headers.ContentLength = null;
        response.Headers.AcceptRanges = default;
        if (response.Headers.ETag is [{ } tag] && tag.StartsWith('"'))
        {
            // Other bytes, the same meaning: a weak validator (RFC 9110 section 8.8.1).
            response.Headers.ETag = "W/" + tag;
        }

        await using var encoder = coding.Encode(response.Body);
        var buffer = new byte[PieceSize];
        long total = 0;
        while (true)
        {
            var reading = source.ReadAsync(buffer, cancellationToken);
            if (!reading.IsCompleted && total > 0)
            {
                await encoder.FlushAsync(cancellationToken);
            }

            var read = await reading;
            if (read == 0)
            {
                return total;
            }

            total += read;
            onProgress();
            await encoder.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private static ContentCoding Coding(HttpResponseMessage response, HttpContext context, CompressionPolicy? policy)
    {
        var headers = context.Response.Headers;
        if (policy is null || !policy.Takes(headers.ContentType) || headers.ContentEncoding.Count > 0 || headers.ContentRange.Count > 0
            || context.Response.StatusCode is < 200 or 204 or 206 or 304
            || (headers.CacheControl.Count > 0 && headers.CacheControl.ToString().Contains("no-transform", StringComparison.OrdinalIgnoreCase)))
        {
            return ContentCoding.Identity;
        }

        // Caches have to know even when this client gets it plain.
        headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        var small = response.Content.Headers.ContentLength < policy.MinimumSize;
        return small || HttpMethods.IsHead(context.Request.Method) ? ContentCoding.Identity : ContentCodings.Choose(context.Request.Headers.AcceptEncoding);
    }
}

using Gantry.Edge.Compression;
using Gantry.Edge.Forwarding;
using Gantry.Edge.Model;
using Microsoft.Net.Http.Headers;

namespace Gantry.Edge.Files;

/// <summary>Answers GET and HEAD from a <see cref="FileSet"/>, with validators and the best coding at hand.</summary>
internal static class FileResponder
{
    public static async Task RespondAsync(HttpContext context, Exchange exchange, Route route)
    {
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            await Problem.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "files are only read", exchange.RequestId);
            return;
        }

        var path = request.Path.Value ?? "/";
        path = route.StripPrefix && route.Path != "/" ? path[route.Path.Length..] : path;
        var file = route.Files!.Find(path.Length == 0 ? "/" : path);
        if (file is null && route.Files.NotFoundPage is not { } page)
        {
            await Problem.WriteAsync(context, StatusCodes.Status404NotFound, "there is no such file", exchange.RequestId);
            return;
        }

        await WriteAsync(context, exchange, file ?? route.Files.NotFoundPage!, file is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
    }

    private static async Task WriteAsync(HttpContext context, Exchange exchange, StaticFile file, int status)
    {
        var (bytes, coding) = ContentCodings.Choose(context.Request.Headers.AcceptEncoding) switch
        {
            ContentCoding.Brotli when file.Brotli is not null => (file.Brotli, ContentCoding.Brotli),
            not ContentCoding.Identity when file.Gzip is not null => (file.Gzip, ContentCoding.Gzip),
            _ => (file.Plain, ContentCoding.Identity),
        };

        // One tag per representation (RFC 9110 section 8.8.3.3).
        var tag = coding == ContentCoding.Identity ? $"\"{file.EntityTag}\"" : $"\"{file.EntityTag}-{coding.Name()}\"";
        var headers = context.Response.Headers;
        headers.ETag = tag;
        headers.CacheControl = file.CacheControl;
        headers.LastModified = file.LastModified.ToString("R");
        if (file.Brotli is not null || file.Gzip is not null)
        {
            headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        }

        if (status == StatusCodes.Status200OK && IsCurrent(context.Request, tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.StatusCode = status;
        headers.ContentType = file.ContentType;
        headers.ContentLength = bytes.Length;
        if (coding != ContentCoding.Identity)
        {
            headers.ContentEncoding = coding.Name();
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            exchange.BytesSent = bytes.Length;
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    private static bool IsCurrent(HttpRequest request, string tag)
    {
        foreach (var line in request.Headers.IfNoneMatch)
        {
            foreach (var part in line.AsSpan().Split(','))
            {
                var candidate = line.AsSpan()[part].Trim();
                candidate = candidate.StartsWith("W/") ? candidate[2..] : candidate;
                if (candidate is "*" || candidate.SequenceEqual(tag))
                {
                    return true;
                }
            }
        }

        return false;
    }
}

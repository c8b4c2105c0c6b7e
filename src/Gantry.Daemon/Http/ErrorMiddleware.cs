using System.Text.Json;
using Gantry.Core;

namespace Gantry.Daemon.Http;

/// <summary>The one place that turns an exception into an answer: <c>{"message": "..."}</c> with the status of its kind.</summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, error);
        }
        catch (Exception error)
        {
            // Too late for a status: the broken body is what tells the client.
            LogBrokenAnswer(error, http.Request.Method, http.Request.Path);
            http.Abort();
        }
    }

    /// <summary>The status for an exception; what is not known is our fault.</summary>
    public static int StatusOf(Exception error) => error switch
    {
        GantryException known => known.Kind switch
        {
            ErrorKind.InvalidArgument => StatusCodes.Status400BadRequest,
            ErrorKind.Unauthorized => StatusCodes.Status401Unauthorized,
            ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
            ErrorKind.NotFound => StatusCodes.Status404NotFound,
            ErrorKind.Conflict => StatusCodes.Status409Conflict,
            ErrorKind.NotModified => StatusCodes.Status304NotModified,
            ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
            ErrorKind.NotImplemented => StatusCodes.Status501NotImplemented,
            _ => StatusCodes.Status500InternalServerError,
        },
        JsonException or BadHttpRequestException or FormatException => StatusCodes.Status400BadRequest,
        NotImplementedException or NotSupportedException => StatusCodes.Status501NotImplemented,
        _ => StatusCodes.Status500InternalServerError,
    };

    private async Task WriteAsync(HttpContext http, Exception error)
    {
        var status = StatusOf(error);
        if (error is GantryException { Kind: ErrorKind.Internal })
        {
            LogRefusal(http.Request.Method, http.Request.Path, error.Message);
        }
        else if (status == StatusCodes.Status500InternalServerError)
        {
            LogFailure(error, http.Request.Method, http.Request.Path);
        }

        http.Response.StatusCode = status;
        if (status != StatusCodes.Status304NotModified)
        {
            await http.Response.WriteErrorAsync(ErrorText.Of(error));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Handler for {Method} {Path} returned error: {Reason}")]
    private partial void LogRefusal(string method, PathString path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Handler for {Method} {Path} failed")]
    private partial void LogFailure(Exception error, string method, PathString path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Answer to {Method} {Path} broke off")]
    private partial void LogBrokenAnswer(Exception error, string method, PathString path);
}

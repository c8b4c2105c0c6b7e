using System.Diagnostics;

namespace Parcel.Api.Hosting;

/// <summary>Counts the requests that are the API's, and writes a structured line for each quote and each failure.</summary>
internal static partial class RequestLog
{
    public static void UseRequestLog(this IApplicationBuilder app)
    {
        var instance = app.ApplicationServices.GetRequiredService<Instance>();
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Parcel.Api.Requests");
        app.Use(async (context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments("/api"))
            {
                await next(context);
                return;
            }

            instance.Count();
            context.Response.Headers["X-Served-By"] = instance.Name;
            var start = Stopwatch.GetTimestamp();
            await next(context);
            if (HttpMethods.IsPost(context.Request.Method) || context.Response.StatusCode >= 500)
            {
                Log(logger, context.Request.Method, context.Request.Path, context.Response.StatusCode, Stopwatch.GetElapsedTime(start).TotalMilliseconds, context.Request.Headers["X-Request-Id"]);
            }
        });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path} {Status} in {Milliseconds} ms, request {RequestId}")]
    private static partial void Log(ILogger logger, string method, string path, int status, double milliseconds, string? requestId);
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace Gantry.Edge.Forwarding;

/// <summary>An error of our own, as problem details (RFC 9457).</summary>
internal sealed record Problem(string Type, string Title, int Status, string? Detail, string RequestId)
{
    public static async Task WriteAsync(HttpContext context, int status, string? detail, string requestId)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        var problem = new Problem("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail, requestId);
        var json = JsonSerializer.SerializeToUtf8Bytes(problem, ProblemJson.Default.Problem);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        context.Response.ContentLength = json.Length;
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(json, context.RequestAborted);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext;

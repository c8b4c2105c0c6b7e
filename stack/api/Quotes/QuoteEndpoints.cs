using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;

namespace Parcel.Api.Quotes;

/// <summary>
/// POST /api/quotes. A quote is computed and not stored, so a repeated request (the page sends an Idempotency-Key with each)
/// does no harm: the same key gets the same id.
/// </summary>
internal static class QuoteEndpoints
{
    public static void MapQuotes(this IEndpointRouteBuilder routes) => routes.MapPost("/api/quotes", (RequestDelegate)QuoteAsync);

    private static async Task QuoteAsync(HttpContext context)
    {
        QuoteRequest? request;
        try
        {
            request = context.Request.HasJsonContentType()
                ? await context.Request.ReadFromJsonAsync(ApiJson.Default.QuoteRequest, context.RequestAborted)
                : null;
        }
        catch (JsonException e)
        {
            await Refuse(context, StatusCodes.Status400BadRequest, "The body is not the JSON of a quote request.", e.Path is { Length: > 1 } path ? $"Look at {path}." : null);
            return;
        }

        if (request is null)
        {
            await Refuse(context, StatusCodes.Status415UnsupportedMediaType, "Send application/json.", null);
            return;
        }

        if (QuoteValidator.Validate(request, out var errors) is not { } parcel)
        {
            await Results.Problem(new HttpValidationProblemDetails(errors)
            {
                Title = "The parcel cannot be quoted as it is.",
                Status = StatusCodes.Status422UnprocessableEntity,
                Instance = context.Request.Path,
            }).ExecuteAsync(context);
            return;
        }

        var today = DateOnly.FromDateTime(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime);
        var quote = Tariff.Price(parcel, today, Id(context.Request.Headers["Idempotency-Key"]), context.RequestServices.GetRequiredService<Instance>().Name);
        context.Response.Headers.CacheControl = "no-store";
        await TypedResults.Json(quote, ApiJson.Default.Quote).ExecuteAsync(context);
    }

    private static Task Refuse(HttpContext context, int status, string title, string? detail) =>
        Results.Problem(new ProblemDetails { Status = status, Title = title, Detail = detail, Instance = context.Request.Path }).ExecuteAsync(context);

    private static string Id(string? key) => "Q-" + (key is { Length: > 0 }
        ? Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key)).AsSpan(0, 5))
        : RandomNumberGenerator.GetHexString(10)).ToUpper(CultureInfo.InvariantCulture);
}

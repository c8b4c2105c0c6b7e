using Gantry.Core;
using Gantry.Daemon.Hijacking;
using Gantry.Daemon.Http;
using Gantry.Plugins.Authorization;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Daemon.Authorization;

/// <summary>Asks the authorization plugins, in order, before a request is served and before its answer leaves. The first refusal counts.</summary>
/// <param name="configured">Those that a request has to pass which comes now; they judge its answer, too.</param>
internal sealed class AuthorizationMiddleware(RequestDelegate next, Func<IReadOnlyList<AuthorizationPlugin>> configured)
{
    // Docker's limit too. There what is larger goes through unseen (CVE-2026-34040); here it is refused.
    private const int LargestBody = 1 << 20;

    public Task InvokeAsync(HttpContext http) => configured() is { Count: > 0 } plugins ? InvokeAsync(http, plugins) : next(http);

    private async Task InvokeAsync(HttpContext http, IReadOnlyList<AuthorizationPlugin> plugins)
    {
        var call = await DescribeAsync(http);
        foreach (var plugin in plugins)
        {
            await plugin.CheckRequestAsync(call, http.RequestAborted);
        }

        var original = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var answer = new WithheldBody(original.Stream, body => CheckAnswerAsync(http, plugins, call, body));
        http.Response.Body = answer;
        try
        {
            await next(http);
            if (http.Features.Get<IHijackFeature>() is not { IsHijacked: true })
            {
                await http.Response.BodyWriter.FlushAsync();
                await answer.ReleaseAsync();
            }
        }
        finally
        {
            http.Features.Set(original);
        }

        if (answer.Refusal is { } refusal)
        {
            http.Response.Headers.ContentLength = null;
            http.Response.Headers.ContentType = default;
            throw refusal;
        }
    }

    private static async Task CheckAnswerAsync(HttpContext http, IReadOnlyList<AuthorizationPlugin> plugins, AuthorizationCall request, ReadOnlyMemory<byte> body)
    {
        var call = request with { ResponseStatusCode = http.Response.StatusCode, ResponseHeaders = Headers(http.Response.Headers), ResponseBody = body.ToArray() };
        foreach (var plugin in plugins)
        {
            await plugin.CheckResponseAsync(call, http.RequestAborted);
        }
    }

    private static async Task<AuthorizationCall> DescribeAsync(HttpContext http) => new()
    {
        RequestMethod = http.Request.Method,
        RequestUri = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
        RequestHeaders = Headers(http.Request.Headers),
        RequestBody = await ReadBodyAsync(http.Request),
    };

    // As Docker: JSON alone, and never the one that carries a password.
    private static async Task<byte[]?> ReadBodyAsync(HttpRequest request)
    {
        if (!request.IsJson || request.Path == "/auth")
        {
            return null;
        }

        request.EnableBuffering(LargestBody);
        var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (body.Length <= LargestBody && await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted) is > 0 and var length)
        {
            body.Write(buffer, 0, length);
        }

        if (body.Length > LargestBody)
        {
            throw new GantryException(ErrorKind.Forbidden, $"authorization denied: a JSON body of more than {LargestBody} bytes cannot be shown to the authorization plugins");
        }

        request.Body.Position = 0;
        return body.ToArray();
    }

    private static Dictionary<string, string> Headers(IHeaderDictionary headers) =>
        headers.Where(header => !header.Key.StartsWith("X-Registry-", StringComparison.OrdinalIgnoreCase)).ToDictionary(header => header.Key, header => header.Value.ToString());
}

using Gantry.Core;

namespace Gantry.Plugins.Authorization;

/// <summary>A request, and with its answer where there is one, as authorization plugins see it. Bodies are base64 in JSON.</summary>
public sealed record AuthorizationCall
{
    public required string RequestMethod { get; init; }

    /// <summary>Path and query, with the version.</summary>
    public required string RequestUri { get; init; }

    public byte[]? RequestBody { get; init; }

    public IReadOnlyDictionary<string, string>? RequestHeaders { get; init; }

    public byte[]? ResponseBody { get; init; }

    public IReadOnlyDictionary<string, string>? ResponseHeaders { get; init; }

    public int? ResponseStatusCode { get; init; }
}

internal sealed record AuthorizationAnswer(bool Allow, string? Msg, string? Err);

/// <summary>The interface <c>authz</c>.</summary>
public sealed class AuthorizationPlugin(PluginRegistry plugins, string name)
{
    public const string Interface = "authz";

    /// <summary>Before a request is served.</summary>
    /// <exception cref="GantryException">Forbidden, <c>authorization denied by plugin x: reason</c>; Internal when the plugin fails, which denies too.</exception>
    public Task CheckRequestAsync(AuthorizationCall call, CancellationToken cancellationToken) => CheckAsync("AuthZPlugin.AuthZReq", call, cancellationToken);

    /// <summary>Before its answer goes out.</summary>
    /// <exception cref="GantryException">As above.</exception>
    public Task CheckResponseAsync(AuthorizationCall call, CancellationToken cancellationToken) => CheckAsync("AuthZPlugin.AuthZRes", call, cancellationToken);

    private async Task CheckAsync(string method, AuthorizationCall call, CancellationToken cancellationToken)
    {
        AuthorizationAnswer answer;
        try
        {
            var plugin = await plugins.GetAsync(name, Interface, cancellationToken).ConfigureAwait(false);
            answer = await plugin.CallAsync(method, call, PluginJson.Default.AuthorizationCall, PluginJson.Default.AuthorizationAnswer, cancellationToken).ConfigureAwait(false);
        }
        catch (GantryException error)
        {
            throw new GantryException(ErrorKind.Internal, $"plugin {name} failed with error: {error.Message}", error);
        }

        if (answer.Err is { Length: > 0 } reason)
        {
            throw new GantryException(ErrorKind.Internal, $"plugin {name} failed with error: {reason}");
        }

        if (!answer.Allow)
        {
            throw new GantryException(ErrorKind.Forbidden, $"authorization denied by plugin {name}: {answer.Msg}");
        }
    }
}

using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;

namespace Gantry.Edge.Forwarding;

/// <summary>X-Request-Id: a sane one that came with the request is passed on, else one is made.</summary>
internal static class RequestId
{
    public const string Header = "X-Request-Id";

    private const int LongestAccepted = 128;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+=");

    public static string Of(StringValues header) =>
        header is [{ Length: > 0 and <= LongestAccepted } given] && !given.AsSpan().ContainsAnyExcept(Allowed)
            ? given
            : RandomNumberGenerator.GetHexString(32, lowercase: true);
}

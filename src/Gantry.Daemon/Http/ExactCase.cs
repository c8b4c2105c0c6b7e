using Microsoft.AspNetCore.Routing.Patterns;

namespace Gantry.Daemon.Http;

/// <summary>
/// ASP.NET's routes do not mind case, Docker's do, and so do the rules of authorization plugins: <c>/CONTAINERS/create</c> must
/// not be <c>/containers/create</c>.
/// </summary>
internal static class ExactCase
{
    /// <summary>Whether the path has the words of its route as they are written there; so has one without a route.</summary>
    public static bool IsMatch(HttpContext http)
    {
        if (http.GetEndpoint() is not RouteEndpoint { RoutePattern: var pattern })
        {
            return true;
        }

        var words = (http.Request.Path.Value ?? "").Split('/')[1..];
        for (var i = 0; i < pattern.PathSegments.Count && i < words.Length; i++)
        {
            if (pattern.PathSegments[i].Parts is [RoutePatternLiteralPart literal] && literal.Content != words[i])
            {
                return false;
            }
        }

        return true;
    }
}

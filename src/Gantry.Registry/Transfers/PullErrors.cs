using System.Net;
using Gantry.Core;

namespace Gantry.Registry;

/// <summary>What went wrong with an image, in the words of moby's distribution/errors.go, which clients match on.</summary>
internal static class PullErrors
{
    public static GantryException Translate(RegistryException exception, ImageReference reference) => exception switch
    {
        { Code: "DENIED" } or { Status: HttpStatusCode.Forbidden } => new(
            ErrorKind.NotFound, $"pull access denied for {reference.FamiliarName}, repository does not exist or may require 'docker login': {exception.Message}", exception),
        { Code: "NAME_UNKNOWN" } => new(ErrorKind.NotFound, $"repository {reference.FamiliarName} not found: {exception.Message}", exception),
        { Code: "MANIFEST_UNKNOWN" } => new(ErrorKind.NotFound, $"manifest for {reference.WithDefaultTag().Familiar} not found: {exception.Message}", exception),
        { Code: null, Status: HttpStatusCode.NotFound } => new(
            ErrorKind.NotFound, $"manifest for {reference.WithDefaultTag().Familiar} not found: manifest unknown: manifest unknown", exception),
        _ => Translate(exception),
    };

    /// <summary>A push's failures need no more words.</summary>
    public static GantryException Translate(RegistryException exception) => new(KindOf(exception), exception.Message, exception);

    private static ErrorKind KindOf(RegistryException exception) => exception.Status switch
    {
        HttpStatusCode.Unauthorized => ErrorKind.Unauthorized,
        HttpStatusCode.Forbidden => ErrorKind.Forbidden,
        HttpStatusCode.NotFound => ErrorKind.NotFound,
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => ErrorKind.Unavailable,
        _ => ErrorKind.Internal,
    };
}

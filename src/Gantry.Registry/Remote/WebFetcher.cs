using System.Net;
using Gantry.Core;

namespace Gantry.Registry;

/// <summary>Fetches what an import or a build names by its URL; redirects are followed.</summary>
public sealed class WebFetcher(RegistryOptions options)
{
    private const int MaxRedirects = 10;

    /// <summary>The address somebody typed; <c>http://</c> where no scheme was written.</summary>
    /// <exception cref="GantryException">InvalidArgument: no http or https URL.</exception>
    public static Uri Parse(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address : throw GantryException.Invalid($"invalid URL \"{UrlCredentials.Redact(text)}\": write http:// or https://");

    /// <exception cref="GantryException">Internal, in Docker's words: not reached, or answered with an error.</exception>
    public async Task<WebContent> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        for (var hop = 0; ; hop++)
        {
            var transport = new Transport(new RegistryEndpoint(new Uri(address.GetLeftPart(UriPartial.Authority))), options);
            try
            {
                // An URL that is redirected to has credentials of its own, or none.
                using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = UrlCredentials.HeaderOf(address) } };
                var response = await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                    return new WebContent(address, body, response.Content.Headers.ContentLength, response.Content.Headers.ContentType?.MediaType ?? "") { Owner = transport };
                }

                address = response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
                    && response.Headers.Location is { } location && hop < MaxRedirects
                    ? new Uri(address, location)
                    : throw new RegistryException($"failed to GET {UrlCredentials.Redact(address.ToString())} with status {(int)response.StatusCode} {response.ReasonPhrase}");
                transport.Dispose();
            }
            catch (RegistryException e)
            {
                transport.Dispose();
                throw new GantryException(ErrorKind.Internal, e.Message, e);
            }
            catch
            {
                transport.Dispose();
                throw;
            }
        }
    }
}

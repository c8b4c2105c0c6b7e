using Gantry.Core;
using Gantry.Images;
using Gantry.Registry;

namespace Gantry.Engine.Images;

public sealed partial class ImageService
{
    /// <summary><c>docker pull</c>. Progress comes in Docker's lines, ending with the digest and the outcome.</summary>
    /// <param name="platform">Null for the host's.</param>
    /// <exception cref="GantryException">In Docker's words: NotFound, Unauthorized, Unavailable; Internal when the registry is not reached.</exception>
    public Task<PulledImage> PullAsync(
        ImageReference reference, Platform? platform, RegistryCredentials credentials, IProgress<TransferProgress> progress, CancellationToken cancellationToken) =>
        transfers.PullAsync(reference, platform, credentials, progress, cancellationToken);

    /// <summary><c>docker pull --all-tags</c>.</summary>
    public Task PullAllAsync(
        ImageReference repository, Platform? platform, RegistryCredentials credentials, IProgress<TransferProgress> progress, CancellationToken cancellationToken) =>
        transfers.PullAllAsync(repository, platform, credentials, progress, cancellationToken);

    /// <summary><c>docker push</c>; without a tag, of all tags that the repository has here.</summary>
    public Task PushAsync(
        ImageReference reference, Platform? platform, RegistryCredentials credentials, IProgress<TransferProgress> progress, CancellationToken cancellationToken) =>
        transfers.PushAsync(reference, platform, credentials, progress, cancellationToken);

    /// <summary>What a reference stands for in its registry.</summary>
    public Task<(Descriptor Target, IReadOnlyList<Platform> Platforms)> InspectRemoteAsync(ImageReference reference, RegistryCredentials credentials, CancellationToken cancellationToken) =>
        transfers.InspectAsync(reference, credentials, cancellationToken);

    /// <summary><c>docker search</c>. Filters: is-automated, is-official, stars.</summary>
    /// <exception cref="GantryException">InvalidArgument for bad filters; in Docker's words when the index is not reached.</exception>
    public async Task<IReadOnlyList<SearchResult>> SearchAsync(string term, int limit, ObjectFilters filters, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        filters.Allow("is-automated", "is-official", "stars");
        var (automated, official) = (filters.Flag("is-automated"), filters.Flag("is-official"));
        var stars = filters["stars"].Select(text => int.TryParse(text, out var number) ? number : throw GantryException.Invalid($"invalid filter 'stars=[{text}]'")).DefaultIfEmpty(0).Max();
        if (automated is true)
        {
            // Docker Hub no longer builds anything by itself, and Docker answers so without asking.
            return [];
        }

        var found = await transfers.Search.SearchAsync(term, limit, credentials, cancellationToken);
        return [.. found.Where(result => (official is null || result.IsOfficial == official) && result.Stars >= stars)];
    }

    /// <summary>Something on the web, to import or to build from.</summary>
    /// <exception cref="GantryException">In Docker's words when it is not reached.</exception>
    public Task<WebContent> FetchAsync(Uri address, CancellationToken cancellationToken) => transfers.Web.GetAsync(address, cancellationToken);

    /// <summary><c>docker login</c>: checks credentials. Returns an identity token where the registry gives one.</summary>
    /// <exception cref="GantryException">Unauthorized.</exception>
    public Task<string?> LoginAsync(string server, RegistryCredentials credentials, CancellationToken cancellationToken) =>
        transfers.LoginAsync(server, credentials, cancellationToken);
}

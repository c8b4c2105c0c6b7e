using Gantry.Api;
using Gantry.Api.Images;
using Gantry.Core;
using Gantry.Daemon.Http;
using Gantry.Daemon.Mapping;
using Gantry.Engine;
using Gantry.Engine.Images;
using Gantry.Images;
using Gantry.Registry;

namespace Gantry.Daemon.Endpoints;

/// <summary>Images. Their names hold slashes, so what follows a name in the path is split off by hand.</summary>
internal sealed class ImageEndpoints(GantryEngine engine)
{
    private ImageService Images => engine.Images;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/images/json", ListAsync);
        routes.MapGet("/images/get", SaveManyAsync);
        routes.MapPost("/images/load", LoadAsync);
        routes.MapPost("/images/create", CreateAsync);
        routes.MapPost("/images/prune", PruneAsync);
        routes.MapGet("/images/{**name}", GetNamedAsync);
        routes.MapPost("/images/{**name}", PostNamedAsync);
        routes.MapDelete("/images/{**name}", RemoveAsync);
    }

    private Task GetNamedAsync(HttpContext http) => Split(http) switch
    {
        (var name, "json") => InspectAsync(http, name),
        (var name, "history") => HistoryAsync(http, name),
        (var name, "get") => SaveAsync(http, [name]),
        _ => Unsupported.PageNotFoundAsync(http),
    };

    private Task PostNamedAsync(HttpContext http) => Split(http) switch
    {
        (var name, "tag") => TagAsync(http, name),
        (var name, "push") => PushAsync(http, name),
        _ => Unsupported.PageNotFoundAsync(http),
    };

    private Task ListAsync(HttpContext http)
    {
        var found = Images.List(new ImageListQuery { All = http.Query.Flag("all"), Filters = http.Query.Filters() });
        var count = VersionedShape.CountsContainers(http.Version);
        var manifests = http.Query.Flag("manifests") && VersionedShape.ListsManifests(http.Version);
        var shared = http.Query.Flag("shared-size") ? Images.SharedSizes() : null;
        var rows = new List<ImageSummary>(found.Count);
        foreach (var image in found)
        {
            var row = image.ToSummary(count ? Images.ContainerCount(image.Id) : -1, http.Version);
            row.Manifests = manifests ? Manifests(image) : null;
            row.SharedSize = shared?.GetValueOrDefault(image.Id) ?? -1;
            rows.Add(row);
        }

        return http.Response.WriteJsonAsync(rows, DockerJson.Wire.ListImageSummary);
    }

    private Task InspectAsync(HttpContext http, string name)
    {
        var manifests = http.Query.Flag("manifests") && VersionedShape.InspectsManifests(http.Version);
        var platform = VersionedShape.InspectsPlatforms(http.Version) ? http.Query.JsonPlatform() : null;
        if (manifests && platform is not null)
        {
            throw GantryException.Invalid("conflicting options: manifests and platform options cannot both be set");
        }

        var image = Images.Get(name, platform);
        var answer = image.ToInspect(http.Version);
        answer.Metadata = new ImageMetadata { LastTagTime = Timestamp.Format(Images.LastTagged(image)) };
        answer.Descriptor = platform is null ? answer.Descriptor : image.Manifest.ToWire(image.Manifest.Platform ?? image.Platform);
        answer.Manifests = manifests ? Manifests(image) : null;
        return http.Response.WriteJsonAsync(answer, DockerJson.Wire.ImageInspectResponse);
    }

    private List<ImageManifestSummary> Manifests(Image image) => [.. Images.Manifests(image).Select(manifest => manifest.ToWire(Users))];

    private IReadOnlyList<string> Users(Image image) =>
        [.. engine.Containers.All.Where(container => container.ImageId == image.Id && container.Platform.Accepts(image.Platform)).Select(container => container.Id.ToString())];

    private Task HistoryAsync(HttpContext http, string name)
    {
        var image = Images.Get(name, http.Query.JsonPlatform());
        return http.Response.WriteJsonAsync(image.ToHistory(Images.LayerSizes(image)), DockerJson.Wire.IReadOnlyListImageHistoryItem);
    }

    private Task TagAsync(HttpContext http, string name)
    {
        var reference = References.Optional(http.Query.Text("repo"), http.Query.Text("tag"));
        if (reference is null)
        {
            // Docker takes no name for nothing to do.
            _ = Images.Get(name);
            return Task.CompletedTask;
        }

        Images.Tag(name, reference);
        http.Response.StatusCode = StatusCodes.Status201Created;
        return Task.CompletedTask;
    }

    private Task RemoveAsync(HttpContext http)
    {
        var removed = Images.Remove(Unescape(http.Name), http.Query.Flag("force"), http.Query.Flag("noprune"));
        return http.Response.WriteJsonAsync(removed.ToWire(), DockerJson.Wire.IReadOnlyListImageDeleteItem);
    }

    private async Task PruneAsync(HttpContext http)
    {
        var (removed, reclaimed) = await Images.PruneAsync(http.Query.Filters(), http.RequestAborted);
        var answer = new ImagePruneResponse { ImagesDeleted = removed.SelectMany(image => image.ToWire()).ToArray().NullIfEmpty(), SpaceReclaimed = reclaimed };
        await http.Response.WriteJsonAsync(answer, DockerJson.Wire.ImagePruneResponse);
    }

    private Task SaveManyAsync(HttpContext http) => http.Query.All("names") is { Count: > 0 } names
        ? SaveAsync(http, names)
        : throw GantryException.Invalid("no images specified to save");

    private Task SaveAsync(HttpContext http, IReadOnlyList<string> names)
    {
        http.Response.ContentType = "application/x-tar";
        return Images.SaveAsync(names, http.Query.JsonPlatform(), http.Response.Body, http.RequestAborted);
    }

    private async Task LoadAsync(HttpContext http)
    {
        var platform = http.Query.JsonPlatform();
        http.Response.ContentType = "application/json";
        IReadOnlyList<(Image Image, IReadOnlyList<ImageReference> References)> loaded;
        try
        {
            loaded = await Images.LoadAsync(http.Request.Body, platform, http.RequestAborted);
        }
        catch (GantryException error)
        {
            // Docker's answer has begun by then: a bad archive is told in the stream.
            await http.Response.WriteLineAsync(JsonMessage.Failed(ErrorText.Of(error)), DockerJson.Wire.JsonMessage);
            return;
        }

        foreach (var (image, references) in loaded)
        {
            string[] lines = references.Count > 0
                ? [.. references.Select(reference => $"Loaded image: {reference.Familiar}\n")]
                : [$"Loaded image ID: {image.Id}\n"];
            foreach (var line in lines)
            {
                await http.Response.WriteLineAsync(new JsonMessage { Stream = line }, DockerJson.Wire.JsonMessage);
            }
        }
    }

    private Task CreateAsync(HttpContext http) => http.Query.Optional("fromImage") is { } image ? PullAsync(http, image)
        : http.Query.Optional("fromSrc") is { } source ? ImportAsync(http, source)
        : throw GantryException.Invalid("one of fromImage and fromSrc is needed");

    // Without a tag anywhere it is the whole repository (API of POST /images/create).
    private Task PullAsync(HttpContext http, string image)
    {
        var tag = http.Query.Text("tag");
        var (platform, credentials) = (http.Query.Platform(), http.Request.Credentials);
        return References.Bare(image) is { } repository && tag.Length == 0
            ? TransferOutput.WriteAsync(http, progress => Images.PullAllAsync(repository, platform, credentials, progress, http.RequestAborted))
            : PullAsync(http, References.Optional(image, tag)!, platform, credentials);
    }

    private Task PullAsync(HttpContext http, ImageReference reference, Platform? platform, RegistryCredentials credentials) =>
        TransferOutput.WriteAsync(http, progress => Images.PullAsync(reference, platform, credentials, progress, http.RequestAborted));

    private Task PushAsync(HttpContext http, string name)
    {
        var tag = http.Query.Text("tag");
        var reference = tag.Length > 0 ? References.Optional(name, tag)! : References.Bare(name) ?? References.Parse(name);
        if (reference.Digest is not null)
        {
            throw GantryException.Invalid("cannot push a digest reference");
        }

        var (platform, credentials) = (http.Query.JsonPlatform(), http.Request.Credentials);
        return TransferOutput.WriteAsync(http, progress => Images.PushAsync(reference, platform, credentials, progress, http.RequestAborted));
    }

    private async Task ImportAsync(HttpContext http, string source)
    {
        var query = http.Query;
        var reference = References.Optional(query.Text("repo"), query.Text("tag"));
        var message = query.Optional("message") ?? $"Imported from {UrlCredentials.Redact(source)}";
        var platform = query.Platform();
        if (source != "-")
        {
            await ImportAsync(http, WebFetcher.Parse(source), reference, message, platform);
            return;
        }

        var image = await Images.ImportAsync(http.Request.Body, reference, message, query.All("changes"), platform, http.RequestAborted);
        http.Response.ContentType = "application/json";
        await http.Response.WriteLineAsync(new JsonMessage { Status = image.Id.ToString() }, DockerJson.Wire.JsonMessage);
    }

    private async Task ImportAsync(HttpContext http, Uri source, ImageReference? reference, string message, Platform? platform)
    {
        await using var content = await Images.FetchAsync(source, http.RequestAborted);
        http.Response.ContentType = "application/json";
        await http.Response.WriteLineAsync(new JsonMessage { Status = $"Downloading from {UrlCredentials.Redact(source.OriginalString)}" }, DockerJson.Wire.JsonMessage);
        JsonMessage answer;
        try
        {
            var image = await Images.ImportAsync(content.Body, reference, message, http.Query.All("changes"), platform, http.RequestAborted);
            answer = new JsonMessage { Status = image.Id.ToString() };
        }
        catch (Exception error) when (error is GantryException or IOException)
        {
            answer = JsonMessage.Failed(ErrorText.Of(error));
        }

        await http.Response.WriteLineAsync(answer, DockerJson.Wire.JsonMessage);
    }

    private static (string Name, string Operation) Split(HttpContext http)
    {
        var path = Unescape(http.Name);
        var slash = path.LastIndexOf('/');
        return slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
    }

    // Kestrel leaves %2F alone in paths; some clients escape the slashes of names.
    private static string Unescape(string name) => name.Contains('%') ? Uri.UnescapeDataString(name) : name;
}

using Gantry.Api;
using Gantry.Api.Images;
using Gantry.Core;
using Gantry.Daemon.Http;
using Gantry.Daemon.Mapping;
using Gantry.Engine;
using Gantry.Engine.Images;

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
        var rows = new List<ImageSummary>(found.Count);
        foreach (var image in found)
        {
            rows.Add(image.ToSummary(count ? Images.ContainerCount(image.Id) : -1, http.Version));
        }

        return http.Response.WriteJsonAsync(rows, DockerJson.Wire.ListImageSummary);
    }

    private Task InspectAsync(HttpContext http, string name) =>
        http.Response.WriteJsonAsync(Images.Get(name, http.Query.Platform()).ToInspect(http.Version), DockerJson.Wire.ImageInspectResponse);

    private Task HistoryAsync(HttpContext http, string name)
    {
        var image = Images.Get(name, http.Query.Platform());
        return http.Response.WriteJsonAsync(image.ToHistory(Images.LayerSizes(image)), DockerJson.Wire.IReadOnlyListImageHistoryItem);
    }

    private Task TagAsync(HttpContext http, string name)
    {
        Images.Tag(name, http.Query.Text("repo"), http.Query.Text("tag"));
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
        return Images.SaveAsync(names, http.Response.Body, http.RequestAborted);
    }

    private async Task LoadAsync(HttpContext http)
    {
        var loaded = await Images.LoadAsync(http.Request.Body, http.RequestAborted);
        http.Response.ContentType = "application/json";
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

        var (platform, credentials) = (http.Query.Platform(), http.Request.Credentials);
        return TransferOutput.WriteAsync(http, progress => Images.PushAsync(reference, platform, credentials, progress, http.RequestAborted));
    }

    private async Task ImportAsync(HttpContext http, string source)
    {
        if (source != "-")
        {
            throw Unsupported.Operation("an import from a URL");
        }

        var query = http.Query;
        var reference = References.Optional(query.Text("repo"), query.Text("tag"));
        var image = await Images.ImportAsync(http.Request.Body, reference, query.Text("message"), query.All("changes"), query.Platform(), http.RequestAborted);
        http.Response.ContentType = "application/json";
        await http.Response.WriteLineAsync(new JsonMessage { Status = image.Id.ToString() }, DockerJson.Wire.JsonMessage);
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

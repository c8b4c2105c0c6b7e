using Gantry.Build;
using Gantry.Build.Cache;
using Gantry.Core;
using Gantry.Engine.Events;
using Gantry.Engine.Images;
using Gantry.Images;

namespace Gantry.Engine.Builds;

/// <summary>Owner of builds: receives a context, lets the builder work, names the result.</summary>
public sealed class BuildService
{
    private const string Reserved = ".gantry-build";

    // BuildKit's limit.
    private const int LargestSecret = 500 << 10;
    private readonly Builder builder;
    private readonly ImageStore images;
    private readonly BackgroundTasks background;
    private readonly TimeProvider time;
    private readonly IReadOnlyList<CachePolicy> policies;
    private readonly EventService events;
    private readonly ImageTransfers transfers;
    private readonly string directory;
    private int collecting;

    internal BuildService(EngineParts parts, Builder builder, ImageTransfers transfers, string dataDirectory, IReadOnlyList<CachePolicy> policies)
    {
        this.transfers = transfers;
        this.builder = builder;
        images = parts.Images;
        (background, time) = (parts.Background, parts.Time);
        this.policies = policies;
        events = parts.Events;
        directory = Path.Combine(dataDirectory, "builds");

        // What an earlier daemon left of builds that were cut off.
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>
    /// Unpacks a context tar (plain, gzip, zstd) into a private folder, builds, tags, and removes the folder. Named contexts
    /// (name to <c>dir</c> or <c>docker-image://REF</c>) and secrets lie in the tar under <c>.gantry-build/</c>.
    /// </summary>
    public Task<Image> BuildAsync(Stream contextTar, BuildRequest template, IReadOnlyDictionary<string, string> namedContexts, IReadOnlyList<string> secretIds, IReadOnlyList<ImageReference> tags, IProgress<BuildEvent> progress, CancellationToken cancellationToken) =>
        BuildAsync(
            async (context, _) =>
            {
                await TarExtractor.ExtractAsync(contextTar, context, "/", new TarExtractOptions(), cancellationToken);
                return null;
            },
            template, namedContexts, secretIds, tags, progress, cancellationToken);

    /// <summary>The same with a context that the daemon fetches: a git repository, or the URL of a tar or of a Dockerfile.</summary>
    /// <exception cref="GantryException">InvalidArgument for what is no URL; Internal when it cannot be fetched.</exception>
    public Task<Image> BuildAsync(string remote, BuildRequest template, IReadOnlyList<ImageReference> tags, IProgress<BuildEvent> progress, CancellationToken cancellationToken) =>
        BuildAsync(new RemoteContext(remote, transfers.Web).FillAsync, template, new Dictionary<string, string>(), [], tags, progress, cancellationToken);

    // What fills the context's folder may say where its Dockerfile is.
    private async Task<Image> BuildAsync(Func<string, CancellationToken, Task<string?>> fill, BuildRequest template, IReadOnlyDictionary<string, string> namedContexts, IReadOnlyList<string> secretIds, IReadOnlyList<ImageReference> tags, IProgress<BuildEvent> progress, CancellationToken cancellationToken)
    {
        using var folder = NewFolder();
        var context = folder.CreateDirectory("context");
        var dockerfile = await fill(context, cancellationToken);
        using var lease = images.Lease();
        var image = await BuildAsync(Located(dockerfile is null ? template : template with { DockerfilePath = dockerfile }, folder.Path, namedContexts, secretIds), progress, cancellationToken);
        Tag(image, tags);
        return image;
    }

    /// <summary>A private folder to receive a context into; gone when it is disposed.</summary>
    public BuildFolder NewFolder() => new(Path.Combine(directory, ContainerId.New().Short));

    /// <summary>Builds from directories that are here already; the image is untagged.</summary>
    public async Task<Image> BuildAsync(BuildRequest request, IProgress<BuildEvent> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await builder.BuildAsync(request, progress, cancellationToken);
        }
        finally
        {
            Collect();
        }
    }

    /// <summary>Names what was built, and tells of it.</summary>
    public void Tag(Image image, IReadOnlyList<ImageReference> tags)
    {
        events.Publish(image, "create");
        foreach (var tag in tags)
        {
            images.Tag(image.Id, tag.WithDefaultTag());
            events.Publish(image, "tag", tag.WithDefaultTag().Familiar);
        }
    }

    public IReadOnlyList<CacheRecord> CacheRecords() => builder.CacheRecords();

    public CachePruned Prune(CachePrune prune)
    {
        var pruned = builder.Prune(prune);
        events.PublishPrune("builder", pruned.Freed);
        return pruned;
    }

    // One collection at a time: a build that ends meanwhile is looked at by the next one.
    private void Collect()
    {
        if (policies.Count == 0 || Interlocked.Exchange(ref collecting, 1) == 1)
        {
            return;
        }

        _ = background.Run(() =>
        {
            try
            {
                foreach (var policy in policies)
                {
                    _ = builder.Prune(policy.At(time.GetUtcNow()));
                }
            }
            finally
            {
                Volatile.Write(ref collecting, 0);
            }

            return Task.CompletedTask;
        });
    }

    // The context becomes a folder of its own beside the reserved one: COPY . must see neither contexts nor secrets.
    private static BuildRequest Located(BuildRequest template, string work, IReadOnlyDictionary<string, string> namedContexts, IReadOnlyList<string> secretIds)
    {
        var received = Path.Combine(work, "context", Reserved);
        var reserved = Path.Combine(work, "reserved");
        if (Directory.Exists(received))
        {
            Directory.Move(received, reserved);
        }

        return template with
        {
            ContextDirectory = Path.Combine(work, "context"),
            NamedContexts = namedContexts.ToDictionary(pair => pair.Key, pair => pair.Value == "dir" ? Existing(Inside(reserved, "contexts", pair.Key)) : pair.Value),
            Secrets = secretIds.ToDictionary(id => id, id => ReadSecret(id, Existing(Inside(reserved, "secrets", id)))),
        };
    }

    private static byte[] ReadSecret(string id, string path) => new FileInfo(path).Length <= LargestSecret ? File.ReadAllBytes(path)
        : throw GantryException.Invalid($"secret {id} too big. max size 500KB");

    private static string Existing(string path) => Path.Exists(path) ? path : throw GantryException.Invalid($"build context lacks {Path.GetFileName(path)}");

    private static string Inside(string reserved, string kind, string name) =>
        name.Length > 0 && name.IndexOfAny(['/', '\0']) < 0 && name is not ("." or "..")
            ? Path.Combine(reserved, kind, name)
            : throw GantryException.Invalid($"invalid build {kind} name: {name}");
}

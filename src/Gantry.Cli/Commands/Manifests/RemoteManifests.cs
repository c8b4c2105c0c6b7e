using System.Text.Json.Nodes;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Core;
using Gantry.Registry;

namespace Gantry.Cli.Commands.Manifests;

/// <summary>Manifests in their registries, asked for from here: the daemon has no call for them.</summary>
internal sealed class RemoteManifests(CommandContext context, bool insecure) : IDisposable
{
    private RegistryClient? client;

    public void Dispose() => client?.Dispose();

    /// <summary>What the registry has under the name, as text.</summary>
    public async Task<string> ShowAsync(ImageReference name, bool verbose, CancellationToken cancellationToken)
    {
        var found = await GetAsync(name, cancellationToken).ConfigureAwait(false);
        if (!verbose)
        {
            return found.Document.Manifests is null ? ManifestDocuments.Indented(found.Bytes) : ManifestDocuments.ShowIndex(found.Bytes);
        }

        if (found.Document.Manifests is not { } children)
        {
            return ManifestDocuments.Show([await DescribeAsync(name, found, cancellationToken).ConfigureAwait(false)], verbose);
        }

        var described = new List<JsonObject>();
        foreach (var child in children)
        {
            var reference = name with { Tag = null, Digest = child.Digest };
            var manifest = await DescribeAsync(reference, await GetAsync(reference, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            manifest["Ref"] = $"{name}@{child.Digest}";
            described.Add(manifest);
        }

        return ManifestDocuments.Show(described, verbose, asList: true);
    }

    /// <summary>An image's manifest with its platform; a list is refused, as in docker.</summary>
    public async Task<JsonObject> DescribeAsync(ImageReference name, CancellationToken cancellationToken) =>
        await DescribeAsync(name, await GetAsync(name, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Brings the manifests into the list's repository and stores the list under its name; the list's digest.</summary>
    public async Task<string> PushAsync(ImageReference list, IReadOnlyList<JsonObject> manifests, CancellationToken cancellationToken)
    {
        var registry = Client(list);
        foreach (var manifest in manifests)
        {
            var source = ImageReference.Parse(manifest["Ref"]!.GetValue<string>());
            if (source.Domain != list.Domain)
            {
                throw new ExitException(1, $"cannot use source images from a different registry than the target image: {source.Domain} != {list.Domain}");
            }

            if (source.Path == list.Path)
            {
                continue; // It is where it is wanted.
            }

            var bytes = ManifestDocuments.RawOf(manifest);
            var document = Gantry.Images.Manifest.Parse(bytes);
            var target = list with { Tag = null, Digest = Digest.Of(bytes) };
            var blobs = document.Layers.Append(document.Config!).ToList();
            await registry.PutManifestAsync(target, ManifestDocuments.MediaTypeOf(manifest), bytes, source.Path, blobs, Credentials(list), cancellationToken).ConfigureAwait(false);
            context.Out.WriteLine($"Pushed ref {target} with digest: {target.Digest}");
        }

        var (mediaType, content) = ManifestDocuments.List(manifests);
        await registry.PutManifestAsync(list, mediaType, content, null, [], Credentials(list), cancellationToken).ConfigureAwait(false);
        return Digest.Of(content).ToString();
    }

    private async Task<JsonObject> DescribeAsync(ImageReference name, RegistryManifest found, CancellationToken cancellationToken)
    {
        var blob = found.Document.Config ?? throw new ExitException(1, $"{name} is a manifest list");
        var config = JsonNode.Parse(await Client(name).GetBlobAsync(name, blob, Credentials(name), cancellationToken).ConfigureAwait(false));
        return ManifestDocuments.Describe(name.ToString(), found.Descriptor, found.Bytes, ManifestDocuments.PlatformFrom(config));
    }

    private async Task<RegistryManifest> GetAsync(ImageReference name, CancellationToken cancellationToken)
    {
        try
        {
            return await Client(name).GetManifestAsync(name, Credentials(name), cancellationToken).ConfigureAwait(false);
        }
        catch (GantryException e) when (e.Kind == ErrorKind.NotFound)
        {
            throw new ExitException(1, $"no such manifest: {name}");
        }
    }

    private RegistryClient Client(ImageReference name) => client ??= new RegistryClient(new RegistryOptions { InsecureRegistries = insecure ? [name.Domain] : [] });

    private RegistryCredentials Credentials(ImageReference name) => context.Config.Credentials(ConfigFile.KeyFor(name.Domain)) is { } auth
        ? new RegistryCredentials { Username = auth.Username, Password = auth.Password, IdentityToken = auth.IdentityToken } : RegistryCredentials.Anonymous;
}

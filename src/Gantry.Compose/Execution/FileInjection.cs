using System.Formats.Tar;
using System.Globalization;
using System.Text;
using Gantry.Client;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Compose.Planning;

namespace Gantry.Compose.Execution;

/// <summary>Copies secrets and configs that are text, not files, into a container before it starts.</summary>
internal sealed class FileInjection(GantryClient client)
{
    /// <summary>On failure the container goes: without its files it must not be there to be started next time.</summary>
    public async Task AddAsync(Project project, Service service, string container, CancellationToken cancellationToken)
    {
        try
        {
            await AddAsync(service.Definition["configs"], project.Configs, "/", container, cancellationToken).ConfigureAwait(false);
            await AddAsync(service.Definition["secrets"], project.Secrets, "/run/secrets/", container, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await client.Containers.RemoveAsync(container, new ContainerRemoveOptions { Force = true, Volumes = true }, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task AddAsync(Node? references, IReadOnlyDictionary<string, FileResource> resources, string root, string container, CancellationToken cancellationToken)
    {
        foreach (var reference in references.Items)
        {
            if (resources.GetValueOrDefault(reference.Get("source").Text ?? "") is { File: null, External: false, Content: { } content })
            {
                var target = MountSpecification.Target(reference, root);
                await client.Containers.PutArchiveAsync(container, "/", copyOwner: true, (tar, stop) => WriteAsync(tar, reference, target, content, stop), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task WriteAsync(Stream stream, Node reference, string target, string content, CancellationToken cancellationToken)
    {
        await using var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true);
        using var data = new MemoryStream(Encoding.UTF8.GetBytes(content));
        var entry = new UstarTarEntry(TarEntryType.RegularFile, target.TrimStart('/'))
        {
            DataStream = data,
            Uid = Number(reference.Get("uid")),
            Gid = Number(reference.Get("gid")),
            Mode = (UnixFileMode)Convert.ToInt32(reference.Get("mode").Text ?? "0444", 8),
        };
        await writer.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    private static int Number(Node? node) => int.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

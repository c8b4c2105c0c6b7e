using System.Collections.Concurrent;
using Gantry.Core;
using Gantry.Images;
using Gantry.State;

namespace Gantry.Registry.Tests;

/// <summary>An image store in a folder of its own, and the client over it, impatient.</summary>
internal sealed class GantryRoot : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("gantry-registry-").FullName;
    private readonly Database database;

    public GantryRoot(Func<RegistryOptions, RegistryOptions>? change = null)
    {
        var content = new ContentStore(Path.Combine(path, "content"));
        Layers = new LayerStore(Path.Combine(path, "layers"), content);
        Images = new ImageStore(database = Database.Open(Path.Combine(path, "state.db")), content, Layers);
        var options = new RegistryOptions { RetryDelay = TimeSpan.FromMilliseconds(10), StallTimeout = TimeSpan.FromMilliseconds(500), CertificateDirectories = [], UserAgent = "gantry/test" };
        Client = new RegistryClient(change?.Invoke(options) ?? options);
        Puller = new ImagePuller(Client, Images);
        Pusher = new ImagePusher(Client, Images);
    }

    public ImageStore Images { get; }

    public LayerStore Layers { get; }

    public RegistryClient Client { get; }

    public ImagePuller Puller { get; }

    public ImagePusher Pusher { get; }

    public Lines Progress { get; } = new();

    public Task<PulledImage> PullAsync(ImageReference reference, Platform? platform = null, RegistryCredentials? credentials = null) =>
        Puller.PullAsync(reference, platform, credentials ?? RegistryCredentials.Anonymous, Progress, TestContext.Current.CancellationToken);

    public async Task<string> PullErrorAsync(ImageReference reference, Platform? platform = null, RegistryCredentials? credentials = null) =>
        (await Assert.ThrowsAsync<GantryException>(() => PullAsync(reference, platform, credentials))).Message;

    public Task PushAsync(ImageReference reference, RegistryCredentials? credentials = null) =>
        Pusher.PushAsync(reference, null, credentials ?? RegistryCredentials.Anonymous, Progress, TestContext.Current.CancellationToken);

    public string FileOf(Image image, string name) => Path.Combine(Layers.LowerDirectories(image.DiffIds)[0], name);

    public void Dispose()
    {
        Puller.Dispose();
        Pusher.Dispose();
        Client.Dispose();
        database.Dispose();
        Directory.Delete(path, recursive: true);
    }
}

/// <summary>What was reported, as text.</summary>
internal sealed class Lines : IProgress<TransferProgress>
{
    private readonly ConcurrentQueue<TransferProgress> all = new();

    public IReadOnlyList<string> All => [.. all.Select(line => line.Id is null ? line.Status : $"{line.Id}: {line.Status}")];

    public PushedManifest? Pushed => all.Select(line => line.Pushed).LastOrDefault(pushed => pushed is not null);

    public int Count(string status) => all.Count(line => line.Status == status);

    public void Report(TransferProgress value) => all.Enqueue(value);
}

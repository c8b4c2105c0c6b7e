using Gantry.Images;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>What reaches registries by one set of options. It closes when the last transfer is over after it was retired.</summary>
internal sealed class RegistryChannel
{
    private readonly Lock gate = new();
    private int users = 1;

    public RegistryChannel(RegistryOptions options, ImageStore images)
    {
        Options = options;
        Client = new RegistryClient(options);
        Puller = new ImagePuller(Client, images);
        Pusher = new ImagePusher(Client, images);
    }

    public RegistryOptions Options { get; }

    public RegistryClient Client { get; }

    public ImagePuller Puller { get; }

    public ImagePusher Pusher { get; }

    /// <summary>False when it has closed.</summary>
    public bool TryEnter()
    {
        lock (gate)
        {
            users += users > 0 ? 1 : 0;
            return users > 0;
        }
    }

    /// <summary>Takes back one entering, or, for who made it, retires it.</summary>
    public void Leave()
    {
        lock (gate)
        {
            if (--users > 0)
            {
                return;
            }
        }

        Puller.Dispose();
        Pusher.Dispose();
        Client.Dispose();
    }
}

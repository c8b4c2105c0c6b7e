using System.Globalization;
using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Images;

namespace Gantry.Engine.Events;

/// <summary>What Docker says about an object in its events: the same attributes wherever the event comes from.</summary>
internal static class ObjectEvents
{
    extension(EventService events)
    {
        /// <summary>An event of a container: its labels, <c>image</c>, <c>name</c>, and what the action adds.</summary>
        public void Publish(Container container, string action, params ReadOnlySpan<(string Key, string Value)> more) =>
            events.Publish("container", action, container.Id.ToString(), With(container.Settings.Labels, [("image", container.Settings.Image), ("name", container.Name), .. more]));

        /// <summary>An event of an exec instance, which to Docker is one of its container.</summary>
        public void PublishExec(Container container, string execId, string action, params ReadOnlySpan<(string Key, string Value)> more) =>
            events.Publish(container, action, [("execID", execId), .. more]);

        /// <summary>An event of an image: its labels and a name. Without a name it is its ID, as for everything but <c>tag</c>, <c>pull</c> and <c>push</c>.</summary>
        public void Publish(Image image, string action, string? name = null) =>
            events.Publish("image", action, image.Id.ToString(), With(image.Config.Config.Labels, ("name", name ?? image.Id.ToString())));

        /// <summary>A pull's or push's event: the actor is what was typed, the name its repository.</summary>
        public void PublishTransfer(Image? image, string action, ImageReference reference) =>
            events.Publish("image", action, reference.Familiar, With(image?.Config.Config.Labels ?? new Dictionary<string, string>(), ("name", reference.FamiliarName)));

        /// <summary>What a prune gave back, in bytes; it has no actor.</summary>
        public void PublishPrune(string type, long reclaimed) =>
            events.Publish(type, "prune", "", ("reclaimed", reclaimed.ToString(CultureInfo.InvariantCulture)));

        /// <summary>The volumes of a container that starts.</summary>
        public void PublishMounts(Container container)
        {
            foreach (var mount in container.Mounts.Where(mount => mount.Type == "volume"))
            {
                events.Publish("volume", "mount", mount.Name,
                    ("container", container.Id.ToString()), ("destination", mount.Destination), ("driver", mount.Driver), ("propagation", ""), ("read/write", mount.ReadWrite ? "true" : "false"));
            }
        }

        /// <summary>The volumes of a container that ended.</summary>
        public void PublishUnmounts(Container container)
        {
            foreach (var mount in container.Mounts.Where(mount => mount.Type == "volume"))
            {
                events.Publish("volume", "unmount", mount.Name, ("container", container.Id.ToString()), ("driver", mount.Driver));
            }
        }
    }

    /// <summary>Docker's name of an exec event: the program, a blank and its arguments, even where there are none.</summary>
    public static string ExecAction(string action, IReadOnlyList<string> command) => $"{action}: {command[0]} {string.Join(' ', command.Skip(1))}";

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> labels, params ReadOnlySpan<(string Key, string Value)> more)
    {
        var attributes = new Dictionary<string, string>(labels);
        foreach (var (key, value) in more)
        {
            attributes[key] = value;
        }

        return attributes;
    }
}

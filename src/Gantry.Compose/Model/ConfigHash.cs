using System.Security.Cryptography;
using System.Text;
using Gantry.Compose.Loading;
using Gantry.Compose.Output;
using Gantry.Compose.Schema;

namespace Gantry.Compose.Model;

/// <summary>
/// The digest that tells whether a container is still as its service says: SHA-256 over the service as Go's JSON encoder
/// writes it, without what does not shape a container. Equal to Docker Compose's, so that either can take over from the other.
/// </summary>
internal static class ConfigHash
{
    private static readonly string[] Ignored = ["build", "pull_policy", "scale", "depends_on", "profiles"];

    public static string Of(MapNode service)
    {
        var copy = (MapNode)service.Clone();
        foreach (var key in Ignored)
        {
            copy[key] = null;
        }

        if (copy["deploy"] is MapNode deploy)
        {
            deploy["replicas"] = null;

            // Go writes a deploy section that says nothing else; the empty text is not written but keeps the section.
            deploy["mode"] ??= deploy.Scalar("");
        }

        return Of(copy, ServiceSchema.Service);
    }

    /// <summary>A volume's; the driver counts even when it is not written.</summary>
    public static string OfVolume(MapNode volume)
    {
        var copy = (MapNode)volume.Clone();
        copy["driver"] ??= copy.Scalar("local");
        return Of(copy, ComposeSchema.Volume);
    }

    public static string Of(MapNode node, Shape shape) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonText.Write(node, shape, indented: false, escapeDollars: false))));
}

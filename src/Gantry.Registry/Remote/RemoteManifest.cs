using Gantry.Images;

namespace Gantry.Registry;

/// <summary>A manifest or index as it came, verified.</summary>
internal sealed record RemoteManifest(Descriptor Descriptor, byte[] Bytes, Manifest Document);

namespace Gantry.Runtime;

/// <summary>A mount in OCI terms: type bind with options rbind, ro, rslave; or tmpfs and the like.</summary>
public sealed record MountSpec(string Type, string Source, string Destination, IReadOnlyList<string> Options);

/// <summary>A device, or a folder of devices, of the host. Permissions: some of r, w and m.</summary>
public sealed record DeviceSpec(string PathOnHost, string PathInContainer, string Permissions);

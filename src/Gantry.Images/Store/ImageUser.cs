namespace Gantry.Images;

/// <summary>A container that is in the way of an image's removal.</summary>
/// <param name="Container">The beginning of its ID.</param>
/// <param name="OnlyMounts">It has the image mounted and is made from another: it keeps what it has mounted, so only the last name is refused.</param>
public readonly record struct ImageUser(string Container, bool IsRunning, bool OnlyMounts = false);

namespace Gantry.Compose.Loading;

/// <summary>A project's merged, checked and normalised document, and what it was made from.</summary>
/// <param name="Tree">In the shape of <see cref="Schema.ComposeSchema.Root"/>, short syntax gone; disabled services are in <paramref name="Disabled"/>.</param>
/// <param name="Warnings">One line each, for the user.</param>
internal sealed record LoadedProject(
    string Name,
    ProjectFiles Files,
    MapNode Tree,
    MapNode Disabled,
    IReadOnlyList<string> Warnings);

namespace Gantry.Client.Builds;

/// <summary>Builds images.</summary>
public sealed class BuildClient(GantryClient client)
{
    internal GantryClient Client => client;
}

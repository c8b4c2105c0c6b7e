namespace Gantry.Engine.Containers;

/// <summary>Devices that a driver is to choose.</summary>
/// <param name="Count">-1 for all.</param>
/// <param name="Capabilities">Any of these sets will do.</param>
public sealed record DeviceRequest(
    string Driver, int Count, IReadOnlyList<string>? DeviceIds, IReadOnlyList<IReadOnlyList<string>>? Capabilities, IReadOnlyDictionary<string, string>? Options)
{
    /// <summary>Docker's words for a request that no driver takes.</summary>
    public string Refusal =>
        $"could not select device driver \"{Driver}\" with capabilities: [{string.Join(' ', (Capabilities ?? []).Select(set => $"[{string.Join(' ', set)}]"))}]";
}

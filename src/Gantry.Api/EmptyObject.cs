namespace Gantry.Api;

/// <summary>Go's <c>struct{}</c>: always <c>{}</c> on the wire, the value of Docker's sets.</summary>
public sealed record EmptyObject
{
    public static EmptyObject Value { get; } = new();
}

namespace Gantry.Core;

/// <summary>Who somebody is at an image registry. All members null is anonymous.</summary>
public sealed record RegistryCredentials
{
    public static RegistryCredentials Anonymous { get; } = new();

    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>An OAuth refresh token, as a login may return instead of keeping the password.</summary>
    public string? IdentityToken { get; init; }

    /// <summary>A bearer token that is sent to the registry as it is.</summary>
    public string? RegistryToken { get; init; }

    public bool HasPassword => !string.IsNullOrEmpty(Username) && Password is not null;

    // Secrets stay out of logs and messages.
    public override string ToString() => string.IsNullOrEmpty(Username) ? "anonymous" : Username;
}

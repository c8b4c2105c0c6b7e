using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Api;
using Gantry.Api.System;
using Gantry.Core;

namespace Gantry.Daemon.Mapping;

/// <summary>Registry credentials as clients send them: JSON, in headers as base64url or, from some clients, plain base64.</summary>
internal static class CredentialsMapping
{
    extension(HttpRequest request)
    {
        /// <summary>Of <c>X-Registry-Auth</c>; what cannot be read is anonymous, as in Docker.</summary>
        public RegistryCredentials Credentials => Read(request, "X-Registry-Auth", DockerJson.Wire.AuthConfig)?.ToCredentials() ?? RegistryCredentials.Anonymous;

        /// <summary>Of <c>X-Registry-Config</c>, by registry.</summary>
        public IReadOnlyDictionary<string, RegistryCredentials> Registries =>
            (Read(request, "X-Registry-Config", DockerJson.Wire.IReadOnlyDictionaryStringAuthConfig) ?? new Dictionary<string, AuthConfig>())
                .Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value.ToCredentials());
    }

    public static RegistryCredentials ToCredentials(this AuthConfig auth)
    {
        var (name, password) = (auth.Username, auth.Password);
        if (string.IsNullOrEmpty(name) && Decode(auth.Auth) is { } pair && pair.IndexOf(':') is > 0 and var colon)
        {
            (name, password) = (pair[..colon], pair[(colon + 1)..]);
        }

        return new RegistryCredentials { Username = name, Password = password, IdentityToken = auth.IdentityToken, RegistryToken = auth.RegistryToken };
    }

    private static T? Read<T>(HttpRequest request, string header, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return Decode(request.Headers[header]) is { } json ? JsonSerializer.Deserialize(json, type) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Decode(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text.TrimEnd('=').Replace('+', '-').Replace('/', '_')));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

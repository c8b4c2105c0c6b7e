using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Gantry.Api.Containers;
using Gantry.Api.System;
using Gantry.Cli.CommandLine;
using Gantry.Core;

namespace Gantry.Cli.Commands.Running;

/// <summary><c>--use-api-socket</c>: the container gets the daemon's socket at docker's usual place, and the user's registry credentials.</summary>
internal static class ApiSocket
{
    private const string Target = "/var/run/docker.sock";
    private const string ConfigFolder = "/run/secrets/docker";

    /// <summary>Adds the mount, and the variable that leads to the credentials unless the container has it already.</summary>
    /// <returns>The credentials to copy into the container once it is there.</returns>
    /// <exception cref="GantryException">The daemon is not behind a socket of this machine.</exception>
    public static IReadOnlyDictionary<string, AuthConfig> Prepare(CommandContext context, ContainerCreateRequest request)
    {
        var endpoint = context.Client.Endpoint;
        if (endpoint.SocketPath is null || endpoint.Ssh)
        {
            throw GantryException.Invalid($"flag --use-api-socket can only be used with unix sockets: docker endpoint {endpoint.Address} incompatible");
        }

        request.HostConfig ??= new HostConfig();
        request.HostConfig.Mounts = [.. request.HostConfig.Mounts ?? [], new MountRequest { Type = "bind", Source = endpoint.SocketPath, Target = Target, BindOptions = new BindOptions() }];
        var given = (request.Env ?? []).Any(variable => variable.StartsWith("DOCKER_CONFIG=", StringComparison.Ordinal));
        var credentials = given ? new Dictionary<string, AuthConfig>() : context.Config.AllCredentials();
        request.Env = credentials.Count > 0 ? [.. request.Env ?? [], "DOCKER_CONFIG=" + ConfigFolder] : request.Env;
        return credentials;
    }

    /// <summary>A <c>config.json</c> with nothing but the credentials, readable by root only.</summary>
    public static Task CopyAsync(CommandContext context, string container, IReadOnlyDictionary<string, AuthConfig> credentials, CancellationToken cancellationToken) =>
        credentials.Count == 0 ? Task.CompletedTask : context.Client.Containers.PutArchiveAsync(container, "/", copyOwner: true, async (stream, token) =>
        {
            await using var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
            var entry = new PaxTarEntry(TarEntryType.RegularFile, ConfigFolder[1..] + "/config.json")
            {
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(Content(credentials))),
            };
            await tar.WriteEntryAsync(entry, token).ConfigureAwait(false);
        }, cancellationToken);

    private static string Content(IReadOnlyDictionary<string, AuthConfig> credentials)
    {
        var auths = new JsonObject();
        foreach (var (registry, auth) in credentials)
        {
            var entry = new JsonObject();
            if (auth.Username is { Length: > 0 } || auth.Password is { Length: > 0 })
            {
                entry["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{auth.Username}:{auth.Password}"));
            }

            if (auth.IdentityToken is { Length: > 0 } token)
            {
                entry["identitytoken"] = token;
            }

            auths[registry] = entry;
        }

        return new JsonObject { ["auths"] = auths }.ToJsonString();
    }
}

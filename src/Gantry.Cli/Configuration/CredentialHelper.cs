using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Api.System;
using Gantry.Core;

namespace Gantry.Cli.Configuration;

/// <summary>
/// A program <c>docker-credential-NAME</c> that keeps credentials: one verb as its argument, JSON or a server's name on its
/// standard input, JSON or an error's text on its output (github.com/docker/docker-credential-helpers).
/// </summary>
internal sealed class CredentialHelper(string name)
{
    // The user name that stands for: the secret is an identity token.
    private const string TokenUser = "<token>";
    private const string NotFound = "credentials not found";

    /// <summary>Null when it has none, or does not work: what needs no credentials must go on without it, as with docker.</summary>
    public AuthConfig? Find(string server)
    {
        try
        {
            return Get(server);
        }
        catch (GantryException)
        {
            return null;
        }
    }

    public void Store(string server, AuthConfig auth)
    {
        var token = auth.IdentityToken is { Length: > 0 } identity ? identity : null;
        Run("store", new JsonObject { ["ServerURL"] = server, ["Username"] = token is null ? auth.Username : TokenUser, ["Secret"] = token ?? auth.Password }.ToJsonString());
    }

    public void Erase(string server) => Run("erase", server);

    /// <summary>Servers that it has credentials of.</summary>
    public IReadOnlyList<string> List()
    {
        try
        {
            return Run("list", "unused") is { } output && Parse(output) is { } servers ? [.. servers.Select(server => server.Key)] : [];
        }
        catch (GantryException)
        {
            return [];
        }
    }

    private AuthConfig? Get(string server)
    {
        if (Run("get", server) is not { } output || Parse(output) is not { } entry)
        {
            return null;
        }

        var (user, secret) = (entry["Username"]?.GetValue<string>(), entry["Secret"]?.GetValue<string>());
        return user == TokenUser
            ? new AuthConfig { IdentityToken = secret, ServerAddress = server }
            : new AuthConfig { Username = user, Password = secret, ServerAddress = server };
    }

    // Null when the helper says that there is nothing.
    private string? Run(string verb, string input)
    {
        var program = "docker-credential-" + name;
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, [verb])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            })!;
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? output
                : output.StartsWith(NotFound, StringComparison.Ordinal) ? null
                : throw new GantryException(ErrorKind.Internal, $"error {(verb == "store" ? "saving" : "erasing")} credentials - err: exit status {process.ExitCode}, out: `{output}`");
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new GantryException(ErrorKind.Internal, $"error saving credentials - err: exec: \"{program}\": executable file not found in $PATH", e);
        }
    }

    private static JsonObject? Parse(string output)
    {
        try
        {
            return JsonNode.Parse(output) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using Gantry.Api.System;
using Gantry.Cli.Configuration;

namespace Gantry.Cli.Tests;

/// <summary>Where registry credentials are kept: config.json and credential helpers, as docker keeps them.</summary>
public sealed class CredentialTests : IDisposable
{
    // A helper that keeps one file per server, named by its base64.
    private const string Helper = """
        #!/bin/sh
        cd "$(dirname "$0")/kept" || exit 1
        case $1 in
          store) cat >new; name=$(sed 's/.*"ServerURL":"\([^"]*\)".*/\1/' new | base64 -w0); mv new "$name" ;;
          get) name=$(base64 -w0); [ -e "$name" ] && cat "$name" || { echo "credentials not found in native keychain"; exit 1; } ;;
          erase) rm -f "$(base64 -w0)" ;;
          list) cat >/dev/null; printf '{'; comma=; for f in *; do [ -e "$f" ] || continue; printf '%s"%s":"x"' "$comma" "$(echo "$f" | base64 -d)"; comma=,; done; printf '}' ;;
        esac
        """;

    private readonly string directory = Directory.CreateTempSubdirectory("gantry-credentials-").FullName;
    private readonly string? path = Environment.GetEnvironmentVariable("PATH");

    public CredentialTests()
    {
        Directory.CreateDirectory(Path.Combine(directory, "kept"));
        var program = Path.Combine(directory, "docker-credential-fake");
        File.WriteAllText(program, Helper);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Environment.SetEnvironmentVariable("PATH", $"{directory}:{path}");
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", path);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void A_helper_keeps_what_the_file_then_does_not()
    {
        Write("""{"credsStore":"fake","psFormat":"x"}""");
        Assert.Null(Load().Store("host:5000", new AuthConfig { Username = "me", Password = "se:cret" }));
        Assert.DoesNotContain(Convert.ToBase64String("me:se:cret"u8), Text());
        Assert.Equal("x", Load().Text("psFormat"));
        Assert.Equal(("me", "se:cret"), (Load().Credentials("host:5000")!.Username, Load().Credentials("host:5000")!.Password));
        Assert.Equal(["host:5000"], Load().AllCredentials().Keys);
        Assert.Null(Load().Credentials("other"));
        Load().Erase("host:5000");
        Assert.Null(Load().Credentials("host:5000"));
    }

    [Fact]
    public void Identity_tokens_take_the_place_of_passwords()
    {
        var token = new AuthConfig { Username = "me", Password = "secret", IdentityToken = "t" };
        Write("""{"credHelpers":{"helped":"fake"}}""");
        Assert.Null(Load().Store("helped", token));
        Assert.NotNull(Load().Store("plain", token));
        Assert.Equal(("t", null), (Load().Credentials("helped")!.IdentityToken, Load().Credentials("helped")!.Password));
        Assert.Equal(("me", "", "t"), (Load().Credentials("plain")!.Username, Load().Credentials("plain")!.Password, Load().Credentials("plain")!.IdentityToken));
        Assert.DoesNotContain(Convert.ToBase64String("me:secret"u8), Text());
    }

    [Fact]
    public void A_helper_that_is_not_there_does_not_stop_pulls()
    {
        Write("""{"credsStore":"missing","auths":{"host":{"auth":"bWU6cHc="}}}""");
        Assert.Equal("me", Load().Credentials("host")!.Username);
        Assert.Equal(["host"], Load().AllCredentials().Keys);
    }

    private ConfigFile Load() => ConfigFile.Load(directory, TextWriter.Null);

    private string Text() => File.ReadAllText(Path.Combine(directory, "config.json"));

    private void Write(string json) => File.WriteAllText(Path.Combine(directory, "config.json"), json);
}

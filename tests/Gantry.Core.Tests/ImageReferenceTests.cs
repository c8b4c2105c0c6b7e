namespace Gantry.Core.Tests;

public class ImageReferenceTests
{
    private const string Sha = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Theory]
    [InlineData("debian", "docker.io/library/debian", "debian")]
    [InlineData("debian:bookworm-slim", "docker.io/library/debian:bookworm-slim", "debian:bookworm-slim")]
    [InlineData("user/app", "docker.io/user/app", "user/app")]
    [InlineData("docker.io/library/debian", "docker.io/library/debian", "debian")]
    [InlineData("index.docker.io/user/app:1", "docker.io/user/app:1", "user/app:1")]
    [InlineData("localhost/app", "localhost/app", "localhost/app")]
    [InlineData("localhost:5000/app:1", "localhost:5000/app:1", "localhost:5000/app:1")]
    [InlineData("registry.example.com/team/app:v1@" + Sha, "registry.example.com/team/app:v1@" + Sha, "registry.example.com/team/app:v1@" + Sha)]
    [InlineData("app@" + Sha, "docker.io/library/app@" + Sha, "app@" + Sha)]
    [InlineData("a__b/c-d.e", "docker.io/a__b/c-d.e", "a__b/c-d.e")]
    public void Names_are_read_in_Dockers_normal_form(string text, string canonical, string familiar)
    {
        var reference = ImageReference.Parse(text);
        Assert.Equal(canonical, reference.ToString());
        Assert.Equal(familiar, reference.Familiar);
        Assert.Equal(reference, ImageReference.Parse(canonical));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":tag")]
    [InlineData("app:")]
    [InlineData("app:-x")]
    [InlineData("-app")]
    [InlineData("app//x")]
    [InlineData("app@sha256:abc")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("app name")]
    public void What_is_no_name_is_refused(string text) =>
        Assert.Equal("invalid reference format", Assert.Throws<FormatException>(() => ImageReference.Parse(text)).Message);

    [Fact]
    public void Upper_case_is_named_as_the_reason() =>
        Assert.Contains("must be lowercase", Assert.Throws<FormatException>(() => ImageReference.Parse("App:1")).Message, StringComparison.Ordinal);

    [Fact]
    public void Latest_is_added_only_where_nothing_was_said()
    {
        Assert.Equal("app:latest", ImageReference.Parse("app").WithDefaultTag().Familiar);
        Assert.Equal("app:1", ImageReference.Parse("app:1").WithDefaultTag().Familiar);
        Assert.Equal("app@" + Sha, ImageReference.Parse("app@" + Sha).WithDefaultTag().Familiar);
    }
}

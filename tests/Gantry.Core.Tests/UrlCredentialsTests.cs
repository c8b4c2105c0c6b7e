namespace Gantry.Core.Tests;

public sealed class UrlCredentialsTests
{
    [Theory]
    [InlineData("https://me:secret@host/path", "https://xxxxx:xxxxx@host/path")]
    [InlineData("https://token@host/path", "https://xxxxx@host/path")]
    [InlineData("fatal: could not read from 'https://me:sec@ret@host/a.git': 403", "fatal: could not read from 'https://xxxxx:xxxxx@host/a.git': 403")]
    [InlineData("https://a:b@x/ then ssh://c@y/ then git+https://d:e@z", "https://xxxxx:xxxxx@x/ then ssh://xxxxx@y/ then git+https://xxxxx:xxxxx@z")]
    [InlineData("https://host/path@v1?x=a@b#c@d", "https://host/path@v1?x=a@b#c@d")]
    [InlineData("git@host:path and me@example.com", "git@host:path and me@example.com")]
    public void What_stands_before_the_at_is_made_unreadable(string text, string redacted) => Assert.Equal(redacted, UrlCredentials.Redact(text));

    [Theory]
    [InlineData("http://me:se%3Acret@host/", "me:se:cret")]
    [InlineData("http://me@host/", "me:")]
    [InlineData("http://host/", null)]
    public void They_are_sent_as_Go_does(string address, string? sent) =>
        Assert.Equal(sent, UrlCredentials.HeaderOf(new Uri(address)) is { } header ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(header.Parameter!)) : null);
}

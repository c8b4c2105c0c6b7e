using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Refusals;

/// <summary>Bodies that are not the JSON they should be, before anything else is looked at.</summary>
public sealed class BodyTests(SharedDaemon daemon)
{
    public static TheoryData<string> Doors =>
    [
        "commit",
        "containers/create",
        "containers/nosuch/exec",
        "containers/nosuch/update",
        "exec/nosuch/start",
        "networks/create",
        "networks/bridge/connect",
        "networks/bridge/disconnect",
        "volumes/create",
    ];

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Bad_syntax_is_named_in_Go_words(string path)
    {
        Assert.Equal((400, "invalid JSON: invalid character 'i' looking for beginning of object key string"), await daemon.RefusalAsync(HttpMethod.Post, path, "{invalid json"));
        Assert.Equal((400, "invalid JSON: unexpected EOF"), await daemon.RefusalAsync(HttpMethod.Post, path, "{\"Name\":"));
        Assert.Equal((400, "unexpected content after JSON"), await daemon.RefusalAsync(HttpMethod.Post, path, "{} trailing"));
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_body_of_another_type_is_not_read(string path)
    {
        const string refusal = "unsupported Content-Type header (text/plain): must be 'application/json'";
        Assert.Contains(refusal, await AnswerAsync(path, "text/plain", "{}"), StringComparison.Ordinal);
        Assert.Contains(refusal, await AnswerAsync(path, "text/plain", ""), StringComparison.Ordinal);
        Assert.Contains("malformed Content-Type header (): mime: no media type", await AnswerAsync(path, " ", "{}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_a_h2c_upgrade()
    {
        using var request = await RawRequest.SendAsync(daemon, "POST /session", "text/plain\r\nUpgrade: foo\r\nConnection: Upgrade", 0, default);
        var answer = await request.ReadAsync();
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("{\"message\":\"protocol foo not supported\"}", answer, StringComparison.Ordinal);
        Assert.Equal((400, "no upgrade proto in request"), await daemon.RefusalAsync(HttpMethod.Post, "session"));
    }

    private async Task<string> AnswerAsync(string path, string type, string body)
    {
        using var request = await RawRequest.SendAsync(daemon, "POST /" + path, type, body.Length, System.Text.Encoding.ASCII.GetBytes(body));
        return await request.ReadAsync();
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Gantry.Api;
using Gantry.Api.Containers;
using Gantry.Client.Http;
using Gantry.Client.Streams;

namespace Gantry.Client;

/// <summary>A file or directory of a container as a tar stream, and what it is.</summary>
public sealed record ContainerArchive(ContainerPathStat Stat, Stream Tar);

// Logs, attach, stats and archives.
public sealed partial class ContainerClient
{
    /// <summary>Raw log bytes: framed, or plain when the container has a terminal. Disposing ends it.</summary>
    public Task<Stream> OpenLogsAsync(string container, LogOptions options, CancellationToken cancellationToken) =>
        client.OpenAsync(LogRequest(container, options), cancellationToken);

    /// <summary>Log output piece by piece; with <paramref name="terminal"/> all of it counts as stdout.</summary>
    public async IAsyncEnumerable<OutputFrame> LogsAsync(
        string container, bool terminal, LogOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var response = await client.SendAsync(LogRequest(container, options), cancellationToken).ConfigureAwait(false);
        if (!terminal)
        {
            await foreach (var frame in MultiplexedStream.ReadAsync(response.Body, cancellationToken).ConfigureAwait(false))
            {
                yield return frame;
            }

            yield break;
        }

        var buffer = new byte[32 * 1024];
        for (int count; (count = await response.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            yield return new OutputFrame(StreamKind.Stdout, buffer.AsMemory(0, count));
        }
    }

    /// <summary>The container's streams, before or while it runs.</summary>
    public Task<HijackedStream> AttachAsync(string container, AttachOptions options, CancellationToken cancellationToken) => client.HijackAsync(
        new ApiRequest("POST", PathOf(container, "/attach"))
        {
            Query = new Query().Add("detachKeys", options.DetachKeys).Add("logs", options.Logs).Add("stderr", options.Stderr)
                .Add("stdin", options.Stdin).Add("stdout", options.Stdout).Add("stream", true),
        },
        cancellationToken);

    /// <summary>One sample a second, for ever.</summary>
    public IAsyncEnumerable<ContainerStatsResponse> StatsAsync(string container, CancellationToken cancellationToken) => client.LinesAsync(
        new ApiRequest("GET", PathOf(container, "/stats")) { Query = new Query().Add("stream", true) }, DockerJson.Wire.ContainerStatsResponse, cancellationToken);

    /// <summary>One sample; with <paramref name="oneShot"/> at once, else after the second that CPU percentages need.</summary>
    public Task<ContainerStatsResponse> SampleAsync(string container, bool oneShot, CancellationToken cancellationToken) => client.GetAsync(
        PathOf(container, "/stats"), new Query().Add("stream", "0").Add("one-shot", oneShot), DockerJson.Wire.ContainerStatsResponse, cancellationToken);

    /// <summary>The whole root file system as a tar stream.</summary>
    public Task<Stream> ExportAsync(string container, CancellationToken cancellationToken) =>
        client.OpenAsync(new ApiRequest("GET", PathOf(container, "/export")), cancellationToken);

    public async Task<ContainerArchive> GetArchiveAsync(string container, string path, CancellationToken cancellationToken)
    {
        var response = await client.SendAsync(
            new ApiRequest("GET", PathOf(container, "/archive")) { Query = new Query().Add("path", path) }, cancellationToken).ConfigureAwait(false);
        return new ContainerArchive(StatOf(response), response.Body);
    }

    public async Task<ContainerPathStat> StatPathAsync(string container, string path, CancellationToken cancellationToken)
    {
        await using var response = await client.SendAsync(
            new ApiRequest("HEAD", PathOf(container, "/archive")) { Query = new Query().Add("path", path) }, cancellationToken).ConfigureAwait(false);
        return StatOf(response);
    }

    /// <summary>Unpacks the tar that <paramref name="writeTar"/> writes into an existing directory of the container.</summary>
    public Task PutArchiveAsync(
        string container, string path, bool copyOwner, Func<Stream, CancellationToken, Task> writeTar, CancellationToken cancellationToken) => client.CallAsync(
        new ApiRequest("PUT", PathOf(container, "/archive"))
        {
            Query = new Query().Add("path", path).Add("noOverwriteDirNonDir", true).Add("copyUIDGID", copyOwner),
            StreamBody = writeTar,
            ContentType = "application/x-tar",
        },
        cancellationToken);

    private static ApiRequest LogRequest(string container, LogOptions options) => new("GET", PathOf(container, "/logs"))
    {
        Query = new Query().Add("details", options.Details).Add("follow", options.Follow).Add("since", options.Since).Add("until", options.Until)
            .Add("stderr", options.Stderr).Add("stdout", options.Stdout).Add("tail", options.Tail).Add("timestamps", options.Timestamps),
    };

    private static ContainerPathStat StatOf(ApiResponse response)
    {
        var header = response.Header("X-Docker-Container-Path-Stat") ?? throw new IOException("the daemon did not describe the path");
        return JsonSerializer.Deserialize(Convert.FromBase64String(header), DockerJson.Wire.ContainerPathStat)!;
    }
}

using System.Text;
using Gantry.Daemon.Hijacking;
using Gantry.Engine.Containers;

namespace Gantry.Daemon.Http;

/// <summary>Answers a request by handing its connection to an attached session.</summary>
internal static class HijackExtensions
{
    private const string RawStream = "application/vnd.docker.raw-stream";
    private const string MultiplexedStream = "application/vnd.docker.multiplexed-stream";

    extension(HttpContext http)
    {
        /// <summary>Media type of a container's output: raw with a terminal, else in frames (said so since API 1.42).</summary>
        public string StreamType(bool terminal) => terminal || !http.Version.AtLeast(42) ? RawStream : MultiplexedStream;

        /// <summary>Pumps until the session or the client ends.</summary>
        public async Task HijackAsync(AttachedSession session)
        {
            var connection = http.Features.Get<IHijackFeature>() ?? throw new InvalidOperationException("this listener cannot hijack connections");
            var upgrade = http.Request.Headers.Upgrade.ToString();
            var head = upgrade.Length > 0
                ? $"HTTP/1.1 101 UPGRADED\r\nContent-Type: {http.StreamType(session.Terminal)}\r\nConnection: Upgrade\r\nUpgrade: {upgrade}\r\nApi-Version: {ApiVersion.Current}\r\n\r\n"
                : $"HTTP/1.1 200 OK\r\nContent-Type: {http.StreamType(session.Terminal)}\r\nApi-Version: {ApiVersion.Current}\r\n\r\n";

            var stream = connection.Hijack();
            try
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head), stream.Ended);
                await session.PumpAsync(stream, stream, stream.Ended);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                // The client left or the daemon stops: neither is anybody's fault, and there is nobody to tell.
            }
        }
    }
}

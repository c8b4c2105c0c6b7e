using System.Net.WebSockets;
using System.Text;
using Gantry.Core;
using Gantry.Daemon.Hijacking;
using Gantry.Engine.Containers;
using Gantry.Runtime;

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
            var stream = await http.TakeAsync(session.Terminal);
            await PumpAsync(session, stream);
        }

        /// <summary>
        /// The same where the session starts a process: the head of the answer leaves first. Clients that read it through a buffer
        /// (docker-py) lose what comes in one packet with it. What fails from here on is told in the stream, as Docker does.
        /// </summary>
        /// <param name="raw">The client reads raw bytes, not frames.</param>
        public async Task HijackAsync(bool raw, Func<Task<AttachedSession>> start)
        {
            var stream = await http.TakeAsync(raw);
            try
            {
                await using var session = await start();
                await PumpAsync(session, stream);
            }
            catch (GantryException error)
            {
                await WriteErrorAsync(stream, raw, error.Message);
            }
        }

        /// <summary>
        /// A refusal before any stream was made, as Docker words it for clients that wait for one: the status, and the message as text
        /// of the stream's type.
        /// </summary>
        public Task RefuseStreamAsync(GantryException error)
        {
            http.Response.StatusCode = ErrorMiddleware.StatusOf(error);
            http.Response.ContentType = RawStream;
            http.Response.Headers.Connection = "close";
            return http.Response.WriteAsync(error.Message + "\r\n", http.RequestAborted);
        }

        /// <summary>The same over WebSocket messages: the streams of a container in one, without frames.</summary>
        public async Task HijackSocketAsync(AttachedSession session)
        {
            var stream = await http.TakeOverAsync();
            await stream.WriteAsync(WebSocketHandshake.Accept(http.Request), CancellationToken.None);
            using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stream.Ended);
            var messages = http.Version.AtLeast(28) ? WebSocketMessageType.Binary : WebSocketMessageType.Text;
            await using var wire = new MessageStream(socket, framed: !session.Terminal, messages);
            var receiving = wire.ReceiveAsync(ended.Token);
            try
            {
                await session.PumpAsync(wire, wire, ended.Token);
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ended.Token);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or WebSocketException)
            {
                // As in the raw pump: nobody is there to be told.
            }
            finally
            {
                await ended.CancelAsync();
                await receiving;
            }
        }

        /// <summary>Switches the connection to another protocol and hands it over.</summary>
        /// <exception cref="GantryException">InvalidArgument when the client did not ask for that protocol.</exception>
        public async Task<HijackedStream> UpgradeAsync(string protocol)
        {
            http.CheckUpgrade(protocol);
            var stream = await http.TakeOverAsync();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\n\r\n"), CancellationToken.None);
            return stream;
        }

        /// <exception cref="GantryException">InvalidArgument when the client asks for another protocol, or none.</exception>
        public void CheckUpgrade(string protocol)
        {
            var asked = http.Request.Headers.Upgrade.ToString();
            if (!asked.Equals(protocol, StringComparison.OrdinalIgnoreCase))
            {
                throw GantryException.Invalid(asked.Length == 0 ? "no upgrade proto in request" : $"protocol {asked} not supported");
            }
        }

        // What is left of the request's body is no part of the stream: some clients (dockerode) send their options twice.
        private async Task<HijackedStream> TakeOverAsync()
        {
            if (http.Request.ContentLength > 0)
            {
                await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
            }

            return (http.Features.Get<IHijackFeature>() ?? throw new InvalidOperationException("this listener cannot hijack connections")).Hijack();
        }

        private async Task<HijackedStream> TakeAsync(bool terminal)
        {
            var upgrade = http.Request.Headers.Upgrade.ToString();
            var head = upgrade.Length > 0
                ? $"HTTP/1.1 101 UPGRADED\r\nContent-Type: {http.StreamType(terminal)}\r\nConnection: Upgrade\r\nUpgrade: {upgrade}\r\nApi-Version: {ApiVersion.Current}\r\n\r\n"
                : $"HTTP/1.1 200 OK\r\nContent-Type: {RawStream}\r\nApi-Version: {ApiVersion.Current}\r\n\r\n";
            var stream = await http.TakeOverAsync();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), CancellationToken.None);
            return stream;
        }
    }

    private static async Task PumpAsync(AttachedSession session, HijackedStream stream)
    {
        try
        {
            await session.PumpAsync(stream, stream, stream.Ended);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The client left or the daemon stops: neither is anybody's fault, and there is nobody to tell.
        }
    }

    private static async Task WriteErrorAsync(HijackedStream stream, bool raw, string message)
    {
        var text = Encoding.UTF8.GetBytes(message + "\r\n");
        if (!raw)
        {
            var header = new byte[OutputFraming.HeaderLength];
            OutputFraming.WriteHeader(header, LogSource.Stderr, text.Length);
            await stream.WriteAsync(header, stream.Ended);
        }

        await stream.WriteAsync(text, stream.Ended);
    }
}

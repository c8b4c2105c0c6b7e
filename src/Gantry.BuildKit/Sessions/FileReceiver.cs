using System.Threading.Channels;
using Gantry.BuildKit.Messages.Session;
using Gantry.Core;
using Gantry.Linux;
using Grpc.Core;
using static Gantry.BuildKit.Messages.Session.Packet.Types;

namespace Gantry.BuildKit.Sessions;

/// <summary>
/// fsutil's protocol, receiving side: the client lists its directory (STAT, numbered from 0, ended by an empty one), contents
/// are asked for by number (REQ) and come in pieces (DATA, ended by an empty one), FIN goes both ways.
/// </summary>
internal sealed class FileReceiver(FileRequest request, ReceivedTree tree, Action<long> progress)
{
    private const int MaxEntries = 2_000_000;

    // Asking happens beside reading: a client that is busy sending does not read, and must not keep us from reading.
    private readonly Channel<uint> wanted = Channel.CreateUnbounded<uint>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private uint listed;
    private int open;
    private bool complete;
    private long received;

    /// <returns>Bytes received.</returns>
    /// <exception cref="GantryException">InvalidArgument when the client cannot or does not send what it should.</exception>
    public async Task<long> ReceiveAsync(FileSync.FileSyncClient client, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = client.DiffCopy(request.ToMetadata(), cancellationToken: stop.Token);
        var asking = AskAsync(call.RequestStream, stop.Token);
        try
        {
            while (await call.ResponseStream.MoveNext(stop.Token))
            {
                if (Handle(call.ResponseStream.Current))
                {
                    break;
                }
            }

            await asking;
            await call.RequestStream.CompleteAsync();
            tree.Complete();
            return received;
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GantryException(ErrorKind.InvalidArgument, e.Status.Detail, e);
        }
        catch (LinuxException e) when (e.Errno is not (Errno.ENOSPC or Errno.EIO))
        {
            // Names that lead through files, or in circles: the client's doing.
            throw new GantryException(ErrorKind.InvalidArgument, e.Message, e);
        }
        finally
        {
            wanted.Writer.TryComplete();
            await stop.CancelAsync();
            await asking.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task AskAsync(IClientStreamWriter<Packet> writer, CancellationToken cancellationToken)
    {
        await foreach (var id in wanted.Reader.ReadAllAsync(cancellationToken))
        {
            await writer.WriteAsync(new Packet { Type = PacketType.PacketReq, ID = id }, cancellationToken);
        }

        await writer.WriteAsync(new Packet { Type = PacketType.PacketFin }, cancellationToken);
    }

    // True at the end.
    private bool Handle(Packet packet)
    {
        switch (packet.Type)
        {
            case PacketType.PacketStat when packet.Stat is null:
                complete = true;
                break;
            case PacketType.PacketStat:
                Add(packet.Stat);
                break;
            case PacketType.PacketData when packet.Data.IsEmpty:
                tree.EndFile(packet.ID);
                open--;
                break;
            case PacketType.PacketData:
                tree.Write(packet.ID, packet.Data.Span);
                received += packet.Data.Length;
                progress(received);
                break;
            case PacketType.PacketErr:
                throw GantryException.Invalid($"failed to receive {request.Name}: {packet.Data.ToStringUtf8()}");
            case PacketType.PacketFin:
                return true;
        }

        if (complete && open == 0)
        {
            wanted.Writer.TryComplete();
        }

        return false;
    }

    private void Add(Stat stat)
    {
        if (listed >= MaxEntries)
        {
            throw GantryException.Invalid($"build context {request.Name} has more than {MaxEntries} files");
        }

        var id = listed++;
        if (tree.Add(id, stat, request.Ignore.Matches(stat.Path)))
        {
            open++;
            wanted.Writer.TryWrite(id);
        }
    }
}

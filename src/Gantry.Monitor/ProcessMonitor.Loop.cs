using Gantry.Linux;
using Gantry.Monitor.Streams;

namespace Gantry.Monitor;

/// <content>The poll loop.</content>
internal sealed partial class ProcessMonitor
{
    private PollEntry[] entries = new PollEntry[16];
    private int entryCount;

    private void Turn()
    {
        entryCount = 0;
        var blocked = Blocked();
        var reads = phase is Phase.Running or Phase.Created && !blocked;
        var childEntry = Want(children, Poller.POLLIN);
        var listenEntry = Want(listener, Poller.POLLIN);
        var consoleEntry = Want(consoleListener, Poller.POLLIN);
        var outEntry = Want(reads ? stdout : -1, Poller.POLLIN);
        var errEntry = Want(reads ? stderr : -1, Poller.POLLIN);
        var inEntry = Want(input is { Waiting: true } ? input.Fd : -1, Poller.POLLOUT);
        var (controlCount, clientCount) = (controls.Count, clients.Count);
        var firstControl = entryCount;
        foreach (var control in controls)
        {
            Want(control.Fd, Poller.POLLIN);
        }

        var firstClient = entryCount;
        foreach (var client in clients)
        {
            AddEntry(WaitsForInput(client) ? -1 : client.Fd, Wanted(client));
        }

        Poller.Wait(entries.AsSpan(0, entryCount), Timeout(blocked));

        // Children first: what they wrote before they ended is in the pipes by now and is read below, before EndIfDone.
        if (Happened(childEntry))
        {
            ReapChildren();
        }

        if (Happened(consoleEntry))
        {
            AcceptConsole();
        }

        // Backwards: one that attaches leaves the list.
        for (var i = controlCount - 1; i >= 0; i--)
        {
            if (Happened(firstControl + i))
            {
                Serve(controls[i]);
            }
        }

        for (var i = 0; i < clientCount; i++)
        {
            Serve(clients[i], entries[firstClient + i].Happened);
        }

        if (Happened(inEntry))
        {
            input!.Push();
        }

        if (Happened(outEntry))
        {
            Forward(1, ref stdout);
        }

        if (Happened(errEntry))
        {
            Forward(2, ref stderr);
        }

        if (Happened(listenEntry) && UnixSocket.Accept(listener) is >= 0 and var accepted)
        {
            controls.Add(new ControlConnection(accepted));
        }

        EndIfDone();
        DropClosed();
    }

    private int Want(int fd, short events)
    {
        return fd < 0 ? -1 : AddEntry(fd, events);
    }

    private int AddEntry(int fd, short events)
    {
        if (entryCount == entries.Length)
        {
            Array.Resize(ref entries, entries.Length * 2);
        }

        entries[entryCount] = new PollEntry(fd, events);
        return entryCount++;
    }

    private bool Happened(int entry) => entry >= 0 && entries[entry].Happened != 0;

    // A client that is gone reports POLLHUP for ever, but its input has to be read before it is forgotten.
    private bool WaitsForInput(AttachedClient client) => (client.HungUp || client.Broken) && client.WantsInput && input is { Waiting: true };

    private bool HasUnreadInput(AttachedClient client) => client.WantsInput && input is not null && phase != Phase.Ended;

    private short Wanted(AttachedClient client)
    {
        var takesInput = HasUnreadInput(client) && !input!.Waiting;
        return (short)((takesInput ? Poller.POLLIN : 0) | (client.HasQueue ? Poller.POLLOUT : 0));
    }

    private bool Blocked()
    {
        foreach (var client in clients)
        {
            if (client.Blocks)
            {
                return true;
            }
        }

        return false;
    }

    private int Timeout(bool blocked)
    {
        if (reaped && phase is Phase.Running or Phase.Created)
        {
            return QuietMilliseconds;
        }

        return blocked || phase == Phase.Ended ? Math.Min(patience, 1000) : -1;
    }

    private void Serve(AttachedClient client, short happened)
    {
        if ((happened & Poller.POLLOUT) != 0)
        {
            client.Flush();
        }

        if ((happened & Poller.POLLIN) != 0 && input is { Waiting: false } && !input.TakeFrom(client))
        {
            EndInput(client);
        }

        client.HungUp |= (happened & (Poller.POLLHUP | Poller.POLLERR)) != 0;
    }

    private void EndInput(AttachedClient client)
    {
        if (client.InputEnded)
        {
            return;
        }

        client.InputEnded = true;
        if (launch.Has(Protocol.LaunchText.StdinOnce))
        {
            input?.End();
        }
    }

    /// <summary>One read of output: to the clients, then to the log.</summary>
    private void Forward(int source, ref int fd)
    {
        var count = Descriptors.Read(fd, frame.AsSpan(8));
        if (count == -(int)Errno.EAGAIN)
        {
            return;
        }

        if (count <= 0)
        {
            // 0, or EIO from a terminal that nobody has open any more.
            CloseOutput(ref fd);
            return;
        }

        quietSince = Descriptors.Milliseconds();
        foreach (var client in clients)
        {
            client.Send(source, frame.AsSpan(0, 8 + count), Terminal);
        }

        log?.Write(source, frame.AsSpan(8, count));
    }

    private void DropClosed()
    {
        var now = Descriptors.Milliseconds();
        for (var i = clients.Count - 1; i >= 0; i--)
        {
            var client = clients[i];
            var gone = (client.HungUp || client.Broken) && !HasUnreadInput(client);
            var stuck = client.HasQueue && (client.Blocks || phase == Phase.Ended) && now - client.LastProgress > patience;
            var finished = phase == Phase.Ended && !client.HasQueue;
            if (gone || stuck || finished)
            {
                if (client.WantsInput && client.SentInput)
                {
                    EndInput(client);
                }

                _ = Descriptors.Close(client.Fd);
                clients.RemoveAt(i);
            }
        }

        for (var i = controls.Count - 1; i >= 0; i--)
        {
            if (controls[i].Closed)
            {
                _ = Descriptors.Close(controls[i].Fd);
                controls.RemoveAt(i);
            }
        }
    }
}

using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>
/// Tells when memory gets scarce in a cgroup, from the kernel's own notifications: one thread sleeps for all of them, and an idle
/// cgroup costs nothing. Version 1 gives an eventfd per cgroup (cgroup-v1/memory.rst, 10 "OOM control"), version 2 changes a file that inotify(7) sees.
/// </summary>
public sealed unsafe partial class MemoryWatch : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, Action> eventDescriptors = [];
    private readonly Dictionary<int, List<Action>> files = [];
    private readonly int wake = Descriptors.Result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    private readonly int inotify = Descriptors.Result(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    private readonly List<int> closing = [];
    private Thread? thread;
    private bool disposed;

    /// <summary>
    /// From now on <paramref name="happened"/> is called, on a thread that it must not hold up, when the kernel runs out of memory for the
    /// cgroup (version 1: just before it kills) or counts something in its memory.events (version 2: just after). Null when the cgroup is gone or
    /// the kernel gives no notification.
    /// </summary>
    public IDisposable? Add(string directory, bool isUnified, Action happened)
    {
        lock (gate)
        {
            if (disposed)
            {
                return null;
            }

            var watched = isUnified ? AddFile(directory + "/memory.events", happened) : AddEventDescriptor(directory, happened);
            if (watched is not null && thread is null)
            {
                thread = new Thread(Run, maxStackSize: 256 << 10) { IsBackground = true, Name = "memory watch" };
                thread.Start();
            }

            return watched;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            Wake();
        }

        thread?.Join();
        foreach (var descriptor in eventDescriptors.Keys.Concat(closing).Append(wake).Append(inotify))
        {
            _ = Descriptors.Close(descriptor);
        }
    }

    private Watched? AddFile(string path, Action happened)
    {
        var watch = inotify_add_watch(inotify, path, IN_MODIFY);
        if (watch < 0)
        {
            return null;
        }

        if (!files.TryGetValue(watch, out var listeners))
        {
            files[watch] = listeners = [];
        }

        listeners.Add(happened);
        return new Watched(this, () =>
        {
            if (listeners.Remove(happened) && listeners.Count == 0)
            {
                files.Remove(watch);
                _ = inotify_rm_watch(inotify, watch);
            }
        });
    }

    private Watched? AddEventDescriptor(string directory, Action happened)
    {
        var control = Descriptors.Open(directory + "/memory.oom_control", Descriptors.O_RDONLY);
        if (control < 0)
        {
            return null;
        }

        var descriptor = Descriptors.Result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        var registered = descriptor >= 0 && CgroupDirectory.TryWrite(directory + "/cgroup.event_control", $"{descriptor} {control}");
        _ = Descriptors.Close(control);
        if (!registered)
        {
            _ = descriptor < 0 ? 0 : Descriptors.Close(descriptor);
            return null;
        }

        eventDescriptors[descriptor] = happened;
        Wake();
        return new Watched(this, () =>
        {
            // The thread may be asleep on it: it is the one to close it.
            if (eventDescriptors.Remove(descriptor))
            {
                closing.Add(descriptor);
                Wake();
            }
        });
    }

    private void Run()
    {
        while (true)
        {
            PollEntry[] entries;
            lock (gate)
            {
                if (disposed)
                {
                    return;
                }

                foreach (var descriptor in closing)
                {
                    _ = Descriptors.Close(descriptor);
                }

                closing.Clear();
                entries = [new(wake, Poller.POLLIN), new(inotify, Poller.POLLIN), .. eventDescriptors.Keys.Select(descriptor => new PollEntry(descriptor, Poller.POLLIN))];
            }

            if (Poller.Wait(entries, -1) <= 0)
            {
                continue;
            }

            foreach (var happened in Happened(entries))
            {
                happened();
            }
        }
    }

    private List<Action> Happened(PollEntry[] entries)
    {
        List<Action> found = [];
        Span<byte> count = stackalloc byte[8];
        lock (gate)
        {
            foreach (var entry in entries.Where(entry => entry.Happened != 0))
            {
                if (entry.Descriptor == inotify)
                {
                    found.AddRange(ReadFiles());
                    continue;
                }

                _ = Descriptors.Read(entry.Descriptor, count);
                if (eventDescriptors.TryGetValue(entry.Descriptor, out var happened))
                {
                    found.Add(happened);
                }
            }
        }

        return found;
    }

    private List<Action> ReadFiles()
    {
        List<Action> found = [];
        Span<byte> buffer = stackalloc byte[4096];
        while (Descriptors.Read(inotify, buffer) is > 0 and var length)
        {
            for (var rest = buffer[..length]; rest.Length >= sizeof(InotifyEvent);)
            {
                var happened = MemoryMarshal.Read<InotifyEvent>(rest);
                rest = rest[(sizeof(InotifyEvent) + (int)happened.len)..];
                if (files.TryGetValue(happened.wd, out var listeners))
                {
                    found.AddRange(listeners);
                }
            }
        }

        return [.. found.Distinct()];
    }

    private void Wake() => _ = Descriptors.Write(wake, BitConverter.GetBytes(1UL));

    private sealed class Watched(MemoryWatch watch, Action remove) : IDisposable
    {
        public void Dispose()
        {
            lock (watch.gate)
            {
                if (!watch.disposed)
                {
                    remove();
                }
            }
        }
    }
}

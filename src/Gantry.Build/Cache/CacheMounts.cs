using System.Collections.Concurrent;
using System.Text;
using Gantry.Build.Dockerfiles;
using Gantry.Linux.Files;

namespace Gantry.Build.Cache;

/// <summary>The directories behind RUN --mount=type=cache: one per id under a folder, kept between builds.</summary>
internal sealed class CacheMounts(string directory)
{
    public const string RecordType = "exec.cachemount";

    private readonly KeyedLocks locks = new();
    private readonly ConcurrentDictionary<string, int> users = new();

    /// <summary>
    /// The directory of an id for one step: shared, exclusively (others wait), or a private one of several.
    /// <paramref name="prepare"/> fills one that is new.
    /// </summary>
    public async Task<CacheMountUse> UseAsync(string id, CacheSharing sharing, Action<string> prepare, CancellationToken cancellationToken)
    {
        var name = FileName(id);
        IDisposable? hold = null;
        switch (sharing)
        {
            case CacheSharing.Locked:
                hold = await locks.HoldAsync(name, cancellationToken).ConfigureAwait(false);
                break;
            case CacheSharing.Private:
                for (var copy = 1; (hold = locks.TryHold(name)) is null; copy++)
                {
                    name = $"{FileName(id)}~{copy}";
                }

                break;
        }

        users.AddOrUpdate(name, 1, (_, count) => count + 1);
        var path = Path.Combine(directory, name);
        try
        {
            // Two steps may both find a shared one missing.
            using var making = await locks.HoldAsync(name + "/", cancellationToken).ConfigureAwait(false);
            if (!Directory.Exists(path))
            {
                var fresh = path + ".new";
                FileSystem.RemoveTree(fresh);
                Directory.CreateDirectory(fresh);
                prepare(fresh);
                Directory.Move(fresh, path);
            }
        }
        catch
        {
            Done(name, hold);
            throw;
        }

        return new CacheMountUse(path, () => Done(name, hold));
    }

    public IReadOnlyList<CacheRecord> List() => [.. Names().Select(name =>
    {
        var path = Path.Combine(directory, name);
        var stamp = Stamp(name);
        return new CacheRecord(
            CacheInventory.Id(Core.Digest.Of(Encoding.UTF8.GetBytes(name)).Hex), RecordType, $"cached mount {Uri.UnescapeDataString(name)}", [], users.ContainsKey(name), Shared: false, SizeOf(path),
            Directory.GetCreationTimeUtc(path), File.Exists(stamp) ? File.GetLastWriteTimeUtc(stamp) : Directory.GetLastWriteTimeUtc(path), Uses: 1) { Keys = [name] };
    })];

    /// <summary>Removes one unless a step uses it; returns the bytes freed.</summary>
    public long Remove(string name)
    {
        if (users.ContainsKey(name))
        {
            return 0;
        }

        var path = Path.Combine(directory, name);
        var freed = SizeOf(path);
        FileSystem.RemoveTree(path);
        File.Delete(Stamp(name));
        return freed;
    }

    // Beside the mounts, whose names and contents are the steps'.
    private string Stamp(string name) => Path.Combine(directory + "-used", name);

    private static long SizeOf(string path)
    {
        var status = FileSystem.FindStatus(path);
        return (status?.Allocated ?? 0) + (status is { IsDirectory: true } ? Directory.EnumerateFileSystemEntries(path).Sum(SizeOf) : 0);
    }

    // Readable, and never a path: "/root/.cache" is "%2Froot%2F.cache".
    private static string FileName(string id)
    {
        var name = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(id))
        {
            _ = char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' || (b == '.' && name.Length > 0) ? name.Append((char)b) : name.Append($"%{b:X2}");
        }

        return name.Length <= 200 ? name.ToString() : Core.Digest.Of(Encoding.UTF8.GetBytes(id)).Hex;
    }

    private IEnumerable<string> Names() => Directory.Exists(directory) ? Directory.EnumerateDirectories(directory).Select(path => Path.GetFileName(path)) : [];

    private void Done(string name, IDisposable? hold)
    {
        Directory.CreateDirectory(directory + "-used");
        File.WriteAllBytes(Stamp(name), []);
        if (users.AddOrUpdate(name, 0, (_, count) => count - 1) == 0)
        {
            users.TryRemove(new KeyValuePair<string, int>(name, 0));
        }

        hold?.Dispose();
    }
}

/// <summary>A cache mount's directory in use by a step.</summary>
internal sealed class CacheMountUse(string path, Action done) : IDisposable
{
    public string Path { get; } = path;

    public void Dispose() => done();
}

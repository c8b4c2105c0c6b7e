using Gantry.Linux.Files;

namespace Gantry.Build.Solve;

/// <summary>A secret in memory-backed storage for the time of one step.</summary>
internal sealed class SecretFile : IDisposable
{
    private static readonly string[] MemoryBacked = ["/run", "/dev/shm"];

    private readonly string directory;

    private SecretFile(string directory)
    {
        this.directory = directory;
        Path = System.IO.Path.Combine(directory, "secret");
    }

    public string Path { get; }

    /// <param name="fallback">A folder of root's for hosts that have no tmpfs at /run or /dev/shm.</param>
    public static SecretFile Write(byte[] bytes, int mode, int uid, int gid, string fallback)
    {
        var home = MemoryBacked.FirstOrDefault(path => Directory.Exists(path) && new DriveInfo(path).DriveFormat == "tmpfs") ?? fallback;
        var directory = System.IO.Path.Combine(home, "gantry-build-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var file = new SecretFile(directory);
        try
        {
            using var descriptor = FileSystem.Open(file.Path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, Convert.ToInt32("400", 8));
            FileSystem.Write(descriptor, bytes, 0);
            FileSystem.ChangeOwner(descriptor, uid, gid);
            FileSystem.ChangeMode(descriptor, mode);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => FileSystem.RemoveTree(directory);
}

using System.Diagnostics;

namespace Gantry.Daemon.Hosting;

/// <summary>Keeps a second daemon off a data root, for as long as it is not disposed; the kernel lets go when the process dies.</summary>
internal sealed class DataRootLock : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly FileStream file;

    private DataRootLock(FileStream file) => this.file = file;

    /// <exception cref="IOException">Another daemon holds it.</exception>
    public static DataRootLock Take(string dataRoot)
    {
        Directory.CreateDirectory(dataRoot, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var path = Path.Combine(dataRoot, "gantryd.lock");
        for (var patience = Stopwatch.StartNew(); ;)
        {
            try
            {
                // FileShare.None is flock(2) with LOCK_EX | LOCK_NB.
                return new DataRootLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (File.Exists(path) && patience.Elapsed < Patience)
            {
                // A killed daemon's children share the file between their fork and their exec.
                Thread.Sleep(20);
            }
            catch (IOException error) when (File.Exists(path))
            {
                throw new IOException($"another gantryd is running on data root {dataRoot} (lock file {path} is held)", error);
            }
        }
    }

    public void Dispose() => file.Dispose();
}

using System.Text;
using Gantry.Linux;

namespace Gantry.Runtime.Oci;

/// <summary>Runs a runtime command to its end and collects what it says.</summary>
internal static class RuntimeCommand
{
    /// <summary>Exit code, and stdout and stderr together.</summary>
    public static (int Code, string Output) Run(string path, string[] arguments)
    {
        var error = Descriptors.Pipe(out var readEnd, out var writeEnd);
        if (error < 0)
        {
            throw new LinuxException("pipe2", (Errno)(-error));
        }

        using var output = new FileDescriptor(readEnd);
        var pid = ChildProcess.Spawn(new SpawnRequest
        {
            Path = path,
            Arguments = [System.IO.Path.GetFileName(path), .. arguments],
            Environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            Descriptors = [(writeEnd, 1), (writeEnd, 2)],
        });
        _ = Descriptors.Close(writeEnd);
        if (pid < 0)
        {
            throw new LinuxException("posix_spawn", (Errno)(-pid), path);
        }

        var text = ReadAll(readEnd);
        _ = ChildProcess.Wait(pid, block: true, out var status);
        return (status.ExitCode, text);
    }

    private static string ReadAll(int fd)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[4096];
        while (Descriptors.Read(fd, buffer) is > 0 and var count)
        {
            bytes.Write(buffer, 0, count);
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}

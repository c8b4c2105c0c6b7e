using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gantry.Client.Streams;
using Gantry.Core;

namespace Gantry.Client.Http;

/// <summary>
/// A connection through the system's <c>ssh</c>: on the far side <c>gantry system dial-stdio</c>, or docker's where there is no
/// gantry, joins its standard streams to the daemon's socket. Keys, hosts and jumps are ssh's configuration.
/// </summary>
internal sealed class SshConnection : ReadOnlyStream
{
    private const int ConnectSeconds = 30;

    private readonly Process process;
    private readonly DaemonEndpoint endpoint;
    private readonly StringBuilder errors = new();
    private bool answered;

    private SshConnection(Process process, DaemonEndpoint endpoint)
    {
        this.process = process;
        this.endpoint = endpoint;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                errors.Append(line.Data).Append('\n');
            }
        };
        process.BeginErrorReadLine();
    }

    public override bool CanWrite => true;

    /// <exception cref="GantryException">There is no <c>ssh</c>. That the far side refuses shows in the first read.</exception>
    public static Wire Open(DaemonEndpoint endpoint)
    {
        try
        {
            var process = Process.Start(new ProcessStartInfo("ssh", Arguments(endpoint)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var connection = new SshConnection(process, endpoint);
            return new Wire(connection, () =>
            {
                process.StandardInput.Close();
                return Task.CompletedTask;
            });
        }
        catch (Win32Exception e)
        {
            throw new GantryException(ErrorKind.Unavailable, "error during connect: exec: \"ssh\": executable file not found in $PATH", e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count == 0 && !answered)
        {
            throw await FailureAsync(cancellationToken).ConfigureAwait(false);
        }

        answered = true;
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            await process.StandardInput.BaseStream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException) when (!answered)
        {
            throw await FailureAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                process.StandardInput.Close();
                process.Kill();
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // It has ended already.
            }

            process.Dispose();
        }

        base.Dispose(disposing);
    }

    private static List<string> Arguments(DaemonEndpoint endpoint)
    {
        List<string> arguments = ["-o", string.Create(CultureInfo.InvariantCulture, $"ConnectTimeout={ConnectSeconds}"), "-T"];
        if (endpoint.User.Length > 0)
        {
            arguments.AddRange(["-l", endpoint.User]);
        }

        if (endpoint.Port != 22)
        {
            arguments.AddRange(["-p", endpoint.Port.ToString(CultureInfo.InvariantCulture)]);
        }

        // ssh joins these words with blanks and hands them to the far side's shell, of whatever kind.
        var dial = (endpoint.SocketPath is { } path ? $"--host {Quoted("unix://" + path)} " : "") + "system dial-stdio";
        arguments.AddRange(["--", endpoint.Host, $"sh -c {Quoted($"if command -v gantry >/dev/null 2>&1; then exec gantry {dial}; else exec docker {dial}; fi")}"]);
        return arguments;
    }

    private static string Quoted(string text) => "'" + text.Replace("'", "'\\''") + "'";

    private async Task<GantryException> FailureAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        lock (errors)
        {
            return new GantryException(
                ErrorKind.Unavailable,
                $"error during connect: command [ssh {string.Join(' ', Arguments(endpoint))}] has exited with exit status {process.ExitCode}, make sure the URL is valid, and gantry or docker is installed on the remote host: stderr={errors.ToString().Trim()}");
        }
    }
}

using System.Runtime.InteropServices;
using Gantry.Core;

namespace Gantry.Linux.Nftables;

/// <summary>
/// The nftables of the network namespace in which this object was made: scripts in nft's language, each one transaction.
/// Usable from any thread, one at a time.
/// </summary>
public sealed class NftablesContext : IDisposable
{
    private readonly Lock gate = new();
    private nint context;

    private NftablesContext(nint context) => this.context = context;

    /// <summary>Opens the netlink socket in the calling thread's network namespace.</summary>
    /// <exception cref="GantryException">Unavailable: the library is not installed.</exception>
    public static NftablesContext Open()
    {
        try
        {
            var context = NftablesCalls.ContextNew(0);
            if (context == 0 || NftablesCalls.BufferOutput(context) != 0 || NftablesCalls.BufferError(context) != 0)
            {
                throw new GantryException(ErrorKind.Internal, "libnftables: out of memory");
            }

            return new NftablesContext(context);
        }
        catch (DllNotFoundException exception)
        {
            throw new GantryException(
                ErrorKind.Unavailable,
                "libnftables.so.1 was not found: container networking needs it (Debian's package is libnftables1)",
                exception);
        }
    }

    /// <summary>All of the script takes effect, or none.</summary>
    /// <exception cref="NftablesException">Refused.</exception>
    public void Run(string script)
    {
        if (Execute(script, 0) is (false, var error))
        {
            throw new NftablesException($"nftables: {error.Trim()}");
        }
    }

    /// <summary>As <see cref="Run"/>, with the refusal as a value.</summary>
    public bool TryRun(string script) => Execute(script, 0).Done;

    /// <summary>The JSON (libnftables-json(5)) that a list command prints, handles included; null when what it asks for is not there.</summary>
    public string? Query(string command) =>
        Execute(command, NftablesCalls.NFT_CTX_OUTPUT_JSON | NftablesCalls.NFT_CTX_OUTPUT_HANDLE) is (true, var output) ? output : null;

    public void Dispose()
    {
        lock (gate)
        {
            if (context != 0)
            {
                NftablesCalls.ContextFree(context);
                context = 0;
            }
        }
    }

    private (bool Done, string Text) Execute(string script, uint flags)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(context == 0, this);
            NftablesCalls.SetOutputFlags(context, flags);
            var done = NftablesCalls.RunCommand(context, script) == 0;

            // Reading a buffer empties it, so both are read each time.
            var output = Marshal.PtrToStringUTF8(NftablesCalls.GetOutputBuffer(context)) ?? "";
            var error = Marshal.PtrToStringUTF8(NftablesCalls.GetErrorBuffer(context)) ?? "";
            return (done, done ? output : error);
        }
    }
}

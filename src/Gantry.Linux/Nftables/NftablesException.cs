namespace Gantry.Linux.Nftables;

/// <summary>A transaction was refused as a whole; the message is libnftables' own.</summary>
public sealed class NftablesException(string message) : IOException(message);

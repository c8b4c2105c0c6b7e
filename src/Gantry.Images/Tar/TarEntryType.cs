namespace Gantry.Images;

/// <summary>A tar entry's type flag (POSIX.1-2017, pax, "ustar Interchange Format").</summary>
internal enum TarEntryType : byte
{
    Regular = (byte)'0',
    HardLink = (byte)'1',
    SymbolicLink = (byte)'2',
    CharacterDevice = (byte)'3',
    BlockDevice = (byte)'4',
    Directory = (byte)'5',
    Fifo = (byte)'6',
    Contiguous = (byte)'7',
    PaxHeader = (byte)'x',
    PaxGlobalHeader = (byte)'g',
    GnuLongName = (byte)'L',
    GnuLongLink = (byte)'K',
    GnuSparse = (byte)'S',
}

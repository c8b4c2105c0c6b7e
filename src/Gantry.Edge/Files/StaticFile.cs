namespace Gantry.Edge.Files;

/// <summary>One file as it is served: its bytes and, where the build made them, its precompressed variants.</summary>
internal sealed record StaticFile(byte[] Plain, byte[]? Brotli, byte[]? Gzip, string ContentType, string EntityTag, string CacheControl, DateTimeOffset LastModified);

using System.Text.Json.Serialization;
using Gantry.Runtime.Specification;

namespace Gantry.Runtime.Security;

/// <summary>A seccomp profile in Docker's format: OCI's, with conditions on capabilities, architecture and kernel.</summary>
internal sealed record SeccompDocument
{
    public string? DefaultAction { get; init; }
    public uint? DefaultErrnoRet { get; init; }
    public IReadOnlyList<string>? Architectures { get; init; }
    public IReadOnlyList<string>? Flags { get; init; }
    public IReadOnlyList<SeccompArchitecture>? ArchMap { get; init; }
    public IReadOnlyList<SeccompRule>? Syscalls { get; init; }
}

internal sealed record SeccompArchitecture(string Architecture, IReadOnlyList<string>? SubArchitectures);

internal sealed record SeccompRule
{
    /// <summary>The old form, one name a rule.</summary>
    public string? Name { get; init; }
    public IReadOnlyList<string>? Names { get; init; }
    public string? Action { get; init; }
    public uint? ErrnoRet { get; init; }
    public IReadOnlyList<OciSyscallArgument>? Args { get; init; }
    public SeccompCondition? Includes { get; init; }
    public SeccompCondition? Excludes { get; init; }
}

internal sealed record SeccompCondition(IReadOnlyList<string>? Caps, IReadOnlyList<string>? Arches, string? MinKernel);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SeccompDocument))]
internal sealed partial class SeccompJson : JsonSerializerContext;

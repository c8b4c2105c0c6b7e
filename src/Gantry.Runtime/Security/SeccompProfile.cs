using System.Collections.Concurrent;
using System.Text.Json;
using Gantry.Core;
using Gantry.Runtime.Specification;

namespace Gantry.Runtime.Security;

/// <summary>Resolves a profile against a container's capabilities, this machine and its kernel.</summary>
internal static class SeccompProfile
{
    private static readonly Lazy<SeccompDocument> Default = new(ReadDefault);
    private static readonly ConcurrentDictionary<string, OciSeccomp> Resolved = new();

    /// <param name="profile">null: the default; "unconfined": none; else JSON text.</param>
    /// <exception cref="GantryException">InvalidArgument: the text is no profile.</exception>
    public static OciSeccomp? Resolve(string? profile, IReadOnlyList<string> capabilities)
    {
        if (profile == "unconfined")
        {
            return null;
        }

        if (profile is null or "" or "default" or "builtin")
        {
            return Resolved.GetOrAdd(string.Join(',', capabilities), _ => Resolve(Default.Value, capabilities));
        }

        try
        {
            return Resolve(JsonSerializer.Deserialize(profile, SeccompJson.Default.SeccompDocument)!, capabilities);
        }
        catch (JsonException e)
        {
            throw GantryException.Invalid($"Decoding seccomp profile failed: {e.Message}");
        }
    }

    private static OciSeccomp Resolve(SeccompDocument document, IReadOnlyList<string> capabilities)
    {
        var machine = Platform.Host.Architecture;
        var native = Architecture(machine);
        var mapped = document.ArchMap?.FirstOrDefault(entry => entry.Architecture == native);
        return new OciSeccomp
        {
            DefaultAction = document.DefaultAction ?? throw GantryException.Invalid("Decoding seccomp profile failed: defaultAction is missing"),
            DefaultErrnoRet = document.DefaultErrnoRet,
            Architectures = document.Architectures is { Count: > 0 } listed ? listed : [native, .. mapped?.SubArchitectures ?? []],
            Flags = document.Flags is { Count: > 0 } flags ? flags : null,
            Syscalls = [.. (document.Syscalls ?? []).Where(Applies).Select(ToOci)],
        };

        bool Applies(SeccompRule rule) =>
            (rule.Includes is not { } includes
                || ((includes.Arches is not { Count: > 0 } arches || arches.Contains(machine))
                    && (includes.Caps ?? []).All(capabilities.Contains)
                    && (includes.MinKernel is not { } kernel || RunsKernel(kernel))))
            && (rule.Excludes is not { } excludes
                || !((excludes.Arches ?? []).Contains(machine)
                    || (excludes.Caps ?? []).Any(capabilities.Contains)
                    || (excludes.MinKernel is { } newest && RunsKernel(newest))));
    }

    private static OciSyscall ToOci(SeccompRule rule) => new(
        rule.Names is { Count: > 0 } names ? names : rule.Name is { } name ? [name] : throw GantryException.Invalid("Decoding seccomp profile failed: a rule has no names"),
        rule.Action ?? "SCMP_ACT_ALLOW",
        rule.ErrnoRet,
        rule.Args is { Count: > 0 } ? rule.Args : null);

    private static bool RunsKernel(string version) => Version.TryParse(version, out var needed) && Environment.OSVersion.Version >= needed;

    private static string Architecture(string machine) => machine switch
    {
        "amd64" => "SCMP_ARCH_X86_64",
        "arm64" => "SCMP_ARCH_AARCH64",
        "arm" => "SCMP_ARCH_ARM",
        "386" => "SCMP_ARCH_X86",
        "loong64" => "SCMP_ARCH_LOONGARCH64",
        _ => "SCMP_ARCH_" + machine.ToUpperInvariant(),
    };

    private static SeccompDocument ReadDefault()
    {
        using var stream = typeof(SeccompProfile).Assembly.GetManifestResourceStream("seccomp.json")!;
        return JsonSerializer.Deserialize(stream, SeccompJson.Default.SeccompDocument)!;
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Gantry.Core;

/// <summary>Operating system, architecture and variant in OCI's terms: <c>linux/arm64/v8</c>.</summary>
public readonly record struct Platform(string Os, string Architecture, string? Variant = null) : IParsable<Platform>
{
    /// <summary>The platform this process runs on.</summary>
    public static Platform Host { get; } = new("linux", RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        System.Runtime.InteropServices.Architecture.Arm => "arm",
        var other => other.ToString().ToLowerInvariant(),
    });

    public static Platform Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var platform) ? platform : throw new FormatException($"\"{s}\" is an invalid platform");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Platform result)
    {
        result = default;
        switch (s?.ToLowerInvariant().Split('/'))
        {
            case ["linux"]:
                result = Host;
                return true;
            case [var architecture] when Normalise(architecture) is { } known:
                result = new Platform("linux", known);
                return true;
            case [{ Length: > 0 } os, { Length: > 0 } architecture]:
                result = new Platform(os, Normalise(architecture) ?? architecture);
                return true;
            case [{ Length: > 0 } os, { Length: > 0 } architecture, { Length: > 0 } variant]:
                result = new Platform(os, Normalise(architecture) ?? architecture, variant);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Whether an image for <paramref name="image"/> runs where this platform was asked for.</summary>
    public bool Accepts(Platform image) =>
        Os == image.Os && Architecture == image.Architecture && (Variant is null || image.Variant is null || Variant == image.Variant);

    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";

    private static string? Normalise(string architecture) => architecture switch
    {
        "amd64" or "x86_64" or "x86-64" => "amd64",
        "arm64" or "aarch64" => "arm64",
        "arm" or "armhf" or "armel" => "arm",
        "386" or "i386" => "386",
        "riscv64" or "ppc64le" or "s390x" or "loong64" => architecture,
        _ => null,
    };
}

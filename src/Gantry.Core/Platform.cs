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

    /// <exception cref="FormatException">In Docker's words (containerd's platforms package), without a prefix.</exception>
    public static Platform Parse(string s, IFormatProvider? provider = null) => TryParse(s, provider, out var platform) ? platform : throw new FormatException(PlatformText.Fault(s));

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Platform result)
    {
        result = default;
        if (string.IsNullOrEmpty(s) || PlatformText.BadPart(s) is not null)
        {
            return false;
        }

        switch (s.ToLowerInvariant().Split('/'))
        {
            case [var os] when PlatformText.IsSystem(os):
                result = Host with { Os = PlatformText.System(os) };
                return true;
            case [var architecture] when PlatformText.KnownArchitecture(architecture) is { } known:
                result = new Platform(Host.Os, known);
                return true;
            case [var os, var architecture]:
                result = new Platform(PlatformText.System(os), PlatformText.Architecture(architecture));
                return true;
            case [var os, var architecture, var variant]:
                result = new Platform(PlatformText.System(os), PlatformText.Architecture(architecture), variant);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Whether an image for <paramref name="image"/> runs where this platform was asked for; <c>x86_64</c> is <c>amd64</c>.</summary>
    public bool Accepts(Platform image) =>
        Os == image.Os && PlatformText.Architecture(Architecture) == PlatformText.Architecture(image.Architecture)
        && (Variant is null || image.Variant is null || Variant == image.Variant);

    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}

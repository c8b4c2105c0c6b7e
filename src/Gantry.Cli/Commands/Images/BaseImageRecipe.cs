using Gantry.Core;

namespace Gantry.Cli.Commands.Images;

/// <summary>How a base image is made from Debian's archive: the arguments of mmdebstrap(1) and the image's settings.</summary>
internal sealed record BaseImageRecipe(IReadOnlyList<string> Arguments, IReadOnlyList<string> Changes)
{
    private static readonly Dictionary<string, string> Suites = new()
    {
        ["latest"] = "stable", ["stable"] = "stable", ["oldstable"] = "oldstable", ["testing"] = "testing", ["unstable"] = "sid", ["sid"] = "sid",
        ["11"] = "bullseye", ["bullseye"] = "bullseye", ["12"] = "bookworm", ["bookworm"] = "bookworm", ["13"] = "trixie", ["trixie"] = "trixie",
    };

    // What the official slim images leave out; copyright files stay.
    private static readonly string[] Slim =
    [
        "--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-include=/usr/share/doc/*/copyright", "--dpkgopt=path-exclude=/usr/share/man/*",
        "--dpkgopt=path-exclude=/usr/share/locale/*", "--dpkgopt=path-exclude=/usr/share/info/*", "--dpkgopt=path-exclude=/usr/share/lintian/*",
    ];

    // One static program and a link for each of its names.
    private const string BusyboxTree =
        """set -e; cd "$1"; mkdir -p bin etc root tmp; for name in $(bin/busybox --list); do [ "$name" = busybox ] || ln -sf busybox "bin/$name"; done; rm -rf usr var dev etc/apt etc/dpkg etc/fstab etc/hostname etc/resolv.conf; echo "root:x:0:0:root:/root:/bin/sh" >etc/passwd; echo "root:x:0:" >etc/group""";

    /// <param name="include">Further packages.</param>
    /// <exception cref="GantryException">InvalidArgument for an image that is not one of Debian's or busybox.</exception>
    public static BaseImageRecipe For(ImageReference reference, string mirror, IReadOnlyList<string> include)
    {
        var tag = reference.Tag ?? "latest";
        if (reference.FamiliarName == "busybox")
        {
            return new BaseImageRecipe(
                ["--variant=extract", "--format=tar", $"--include={string.Join(',', include.Prepend("busybox-static"))}", $"--customize-hook={BusyboxTree}", "stable", "-", mirror],
                ["CMD [\"sh\"]"]);
        }

        var slim = tag.EndsWith("-slim", StringComparison.Ordinal);
        if (reference.FamiliarName != "debian" || !Suites.TryGetValue(slim ? tag[..^"-slim".Length] : tag, out var suite))
        {
            throw GantryException.Invalid($"cannot make {reference.Familiar}: debian:SUITE, debian:SUITE-slim and busybox are known; use --suite to name Debian's suite for another name");
        }

        return Debian(suite, slim, mirror, include);
    }

    public static BaseImageRecipe Debian(string suite, bool slim, string mirror, IReadOnlyList<string> include) => new(
        [
            "--variant=minbase", "--format=tar",
            .. slim ? Slim : [],
            .. include.Count > 0 ? new[] { $"--include={string.Join(',', include)}" } : [],
            suite, "-", mirror,
        ],
        ["CMD [\"bash\"]"]);
}

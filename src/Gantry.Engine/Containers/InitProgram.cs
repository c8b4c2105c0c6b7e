namespace Gantry.Engine.Containers;

/// <summary>The host's static init program that <c>--init</c> puts before a container's own (Debian: packages tini and catatonit).</summary>
internal static class InitProgram
{
    private static readonly string[] Places = ["/usr/bin/tini-static", "/usr/libexec/docker/docker-init", "/usr/bin/docker-init", "/usr/bin/catatonit"];

    public static string? Find() => Places.FirstOrDefault(File.Exists);
}

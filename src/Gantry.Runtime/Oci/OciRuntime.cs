using Gantry.Core;

namespace Gantry.Runtime.Oci;

/// <summary>An OCI runtime binary: crun or runc.</summary>
/// <param name="Version">The first line of its --version.</param>
internal sealed record OciRuntime(string Name, string Version, string Path)
{
    public bool IsCrun => Name == "crun";

    /// <summary>The preferred binary, else crun, else runc.</summary>
    /// <exception cref="GantryException">Unavailable: there is none.</exception>
    public static OciRuntime Choose(string? preferred)
    {
        var path = (preferred?.Contains('/') == false ? FindOnPath(preferred) : null) ?? preferred ?? FindOnPath("crun") ?? FindOnPath("runc")
            ?? throw new GantryException(ErrorKind.Unavailable, "no OCI runtime found: install crun or runc");
        return Probe(path);
    }

    /// <summary>runc, where crun turns out not to work on this host.</summary>
    public static OciRuntime? Fallback() => Find("runc");

    /// <summary>The binary of that name, when it is installed.</summary>
    public static OciRuntime? Find(string name) => FindOnPath(name) is { } path ? Probe(path) : null;

    private static OciRuntime Probe(string path)
    {
        // "crun version 1.8.1"
        var (_, output) = RuntimeCommand.Run(path, ["--version"]);
        var line = output.Split('\n')[0].Trim();
        var name = line.Split(' ')[0];
        return new OciRuntime(name.Length > 0 ? name : System.IO.Path.GetFileName(path), line, path);
    }

    private static string? FindOnPath(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/bin:/usr/bin:/usr/sbin".Split(':')
            .Select(folder => System.IO.Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}

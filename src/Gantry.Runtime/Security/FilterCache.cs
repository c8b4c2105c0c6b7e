using System.Security.Cryptography;
using System.Text.Json;
using Gantry.Runtime.Specification;

namespace Gantry.Runtime.Security;

/// <summary>
/// Compiled seccomp filters. libseccomp takes some 10 ms for Docker's profile, twice what the rest of "crun create" takes; crun leaves the
/// result in its state folder as seccomp.bpf, and takes it back by an annotation (crun(1), run.oci.seccomp_bpf_data).
/// </summary>
internal sealed class FilterCache(string directory)
{
    private const string Annotation = "run.oci.seccomp_bpf_data";

    /// <summary>The same specification with its filter compiled, when a container has had it before.</summary>
    public OciSpec Apply(OciSpec spec, string runtimeVersion)
    {
        if (spec.Linux.Seccomp is not { } seccomp || Read(FileFor(seccomp, runtimeVersion)) is not { } filter)
        {
            return spec;
        }

        // The section stays: a crun that does not know the annotation compiles it.
        return spec with
        {
            Annotations = new Dictionary<string, string>(spec.Annotations ?? new Dictionary<string, string>()) { [Annotation] = Convert.ToBase64String(filter) },
        };
    }

    /// <summary>Keeps what the runtime compiled for a container just created from <paramref name="spec"/>.</summary>
    public void Keep(OciSpec spec, string runtimeVersion, string runtimeState)
    {
        if (spec.Linux.Seccomp is not { } seccomp || spec.Annotations?.ContainsKey(Annotation) == true
            || Read(Path.Combine(runtimeState, "seccomp.bpf")) is not { Length: > 0 } filter)
        {
            return;
        }

        Directory.CreateDirectory(directory);
        var temporary = Path.Combine(directory, Path.GetRandomFileName());
        File.WriteAllBytes(temporary, filter);
        File.Move(temporary, FileFor(seccomp, runtimeVersion), overwrite: true);
    }

    private string FileFor(OciSeccomp seccomp, string runtimeVersion)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(seccomp, OciJson.Default.OciSeccomp));
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(runtimeVersion));
        return Path.Combine(directory, Convert.ToHexStringLower(hash.GetCurrentHash()) + ".bpf");
    }

    private static byte[]? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}

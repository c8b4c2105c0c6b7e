using IoPath = System.IO.Path;

namespace Gantry.Engine.Builds;

/// <summary>A build's private folder, removed with all that is in it.</summary>
public sealed class BuildFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    internal BuildFolder(string path)
    {
        Path = path;
        Directory.CreateDirectory(path, OwnerOnly);
    }

    public string Path { get; }

    /// <summary>Makes an empty directory in it and returns its path.</summary>
    public string CreateDirectory(string name) => Directory.CreateDirectory(IoPath.Combine(Path, name)).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

using System.Text.RegularExpressions;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Linux.Mounts;

namespace Gantry.Engine.Volumes;

/// <summary>Folders under the data directory, <c>NAME/_data</c>; with options, a filesystem mounted there while somebody uses it.</summary>
internal sealed partial class LocalVolumeDriver : IVolumeDriver
{
    private const UnixFileMode Passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private readonly string directory;

    public LocalVolumeDriver(string directory)
    {
        this.directory = directory;
        Directory.CreateDirectory(directory, Passable);
    }

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static void CheckName(string name)
    {
        if (name.Length == 1)
        {
            throw GantryException.Invalid($"create {name}: volume name is too short, names should be at least two alphanumeric characters");
        }

        if (!Allowed().IsMatch(name))
        {
            throw GantryException.Invalid($"create {name}: \"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
        }
    }

    public Task<string> CreateAsync(string name, IReadOnlyDictionary<string, string>? options, CancellationToken cancellationToken)
    {
        _ = LocalVolumeOptions.Parse(options);
        var data = DataOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(data)!, Passable);
        Directory.CreateDirectory(data);
        File.SetUnixFileMode(data, (UnixFileMode)Convert.ToInt32("755", 8));
        return Task.FromResult(data);
    }

    public Task RemoveAsync(Volume volume, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(directory, volume.Name);
        Unmount(volume);
        if (Mount.IsMountPoint(DataOf(volume.Name)))
        {
            // What is mounted there is not ours to delete.
            throw new GantryException(ErrorKind.Internal, $"remove {volume.Name}: volume has active mounts");
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return Task.CompletedTask;
    }

    public async Task<string> MountAsync(Volume volume, string user, bool first, CancellationToken cancellationToken)
    {
        var data = DataOf(volume.Name);
        if (LocalVolumeOptions.Parse(volume.Options) is not { } options || Mount.IsMountPoint(data))
        {
            return data;
        }

        try
        {
            var resolved = await options.ResolveAsync(cancellationToken);
            await Task.Run(() => Mount.Device(resolved.Device, data, resolved.Type, resolved.Options), cancellationToken);
            return data;
        }
        catch (LinuxException error)
        {
            var reason = options.Censor($"{error.Call} {error.Subject}: {error.Reason}");
            throw new GantryException(ErrorKind.Internal, $"error while mounting volume '{data}': failed to mount local volume: {reason}", error);
        }
        catch (GantryException error)
        {
            throw new GantryException(ErrorKind.Internal, $"error while mounting volume '{data}': {error.Message}", error);
        }
    }

    public Task UnmountAsync(Volume volume, string user, bool last, CancellationToken cancellationToken)
    {
        if (last)
        {
            Unmount(volume);
        }

        return Task.CompletedTask;
    }

    private string DataOf(string name) => Path.Combine(directory, name, "_data");

    private void Unmount(Volume volume)
    {
        if (LocalVolumeOptions.Parse(volume.Options) is not null)
        {
            Mount.Unmount(DataOf(volume.Name));
        }
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]+\z")]
    private static partial Regex Allowed();
}

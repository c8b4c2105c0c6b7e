using Gantry.Build.Cache;
using Gantry.Build.Files;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build.Solve;

/// <summary>WORKDIR: makes the directory, owned by the USER in force.</summary>
internal static class WorkdirStep
{
    public static Digest Key(StageState state, string path)
    {
        using var key = new StepKey("workdir", state.DiffIds);
        return key.Add(path).Add(state.Config.User).Finish();
    }

    public static Task ExecuteAsync(StageState state, string path, Snapshot snapshot)
    {
        var owner = state.Config.User is { Length: > 0 } user ? Accounts.Resolve(user, snapshot.MergedDirectory) : (0, 0);
        using var writer = new TreeWriter(snapshot.MergedDirectory, new CopyOptions { Owner = owner });
        writer.MakeDirectories(path).Dispose();
        return Task.CompletedTask;
    }
}

using System.Collections.Concurrent;
using Gantry.Core;
using Gantry.Images;
using Gantry.Linux.Files;
using Gantry.State;

namespace Gantry.Build.Tests.Building;

/// <summary>A builder on real stores below a temporary folder, with a context folder and steps that a test scripts.</summary>
internal sealed class BuildLab : IDisposable
{
    private readonly Database database;
    private readonly string directory = Path.Combine(Path.GetTempPath(), "gantry-build-tests-" + Guid.NewGuid().ToString("N"));

    public BuildLab()
    {
        Directory.CreateDirectory(Context);
        database = Database.Open(Path.Combine(directory, "state.db"));
        var content = new ContentStore(Path.Combine(directory, "content"));
        var layers = new LayerStore(Path.Combine(directory, "layers"), content);
        Images = new ImageStore(database, content, layers);
        Snapshots = new SnapshotStore(Path.Combine(directory, "snapshots"), layers);
        Resolver = new LocalResolver(Images);
        Builder = Open();
    }

    public string Context => Path.Combine(directory, "context");

    public string BuilderDirectory => Path.Combine(directory, "builder");

    public ImageStore Images { get; }

    public SnapshotStore Snapshots { get; }

    public ScriptedExecutor Executor { get; } = new();

    public LocalResolver Resolver { get; }

    public Builder Builder { get; private set; }

    public ConcurrentQueue<BuildEvent> Events { get; } = new();

    /// <summary>The instructions that were not answered from the cache, of those that make a layer.</summary>
    public List<string> Executed
    {
        get
        {
            var started = Events.OfType<BuildEvent.StepStarted>().Where(e => e.HasVertex && !e.Instruction.StartsWith("FROM", StringComparison.Ordinal)).ToDictionary(e => e.Step);
            return [.. Events.OfType<BuildEvent.StepCompleted>().Where(e => !e.Cached && started.ContainsKey(e.Step)).OrderBy(e => e.Step).Select(e => started[e.Step].Instruction)];
        }
    }

    public Builder Open() => Builder = new Builder(new BuildOptions { Directory = BuilderDirectory }, database, Images, Snapshots, Executor, Resolver);

    public void Write(string path, string text = "x", string? mode = null)
    {
        var full = Path.Combine(Context, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        if (mode is not null)
        {
            File.SetUnixFileMode(full, (UnixFileMode)Convert.ToInt32(mode, 8));
        }
    }

    public void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Context, path))!);
        File.CreateSymbolicLink(Path.Combine(Context, path), target);
    }

    public Task<Image> BuildAsync(string dockerfile, Func<BuildRequest, BuildRequest>? change = null, CancellationToken cancellationToken = default)
    {
        Events.Clear();
        var request = new BuildRequest { ContextDirectory = Context, DockerfileText = dockerfile };
        return Builder.BuildAsync(change is null ? request : change(request), new Reporter(Events), cancellationToken);
    }

    /// <summary>Builds and gives the image a name for FROM.</summary>
    public async Task<Image> BuildAsync(string dockerfile, string name)
    {
        var image = await BuildAsync(dockerfile);
        Images.Tag(image.Id, ImageReference.Parse(name).WithDefaultTag());
        return image;
    }

    /// <summary>The image's files, as <c>path mode uid:gid content</c>; directories end with a slash, links show their target.</summary>
    public async Task<string[]> ListAsync(Image image, bool details = false)
    {
        await Images.Layers.EnsureAsync(image.Layers, null, CancellationToken.None);
        var snapshot = Snapshots.Create("look-" + Guid.NewGuid().ToString("N"), image.DiffIds);
        try
        {
            Snapshots.Mount(snapshot);
            return [.. Directory.EnumerateFileSystemEntries(snapshot.MergedDirectory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => Describe(path, snapshot.MergedDirectory, details))];
        }
        finally
        {
            Snapshots.Remove(snapshot.Id);
        }
    }

    public void Dispose()
    {
        foreach (var snapshot in Snapshots.All().ToList())
        {
            Snapshots.Remove(snapshot.Id);
        }

        database.Dispose();
        FileSystem.RemoveTree(directory);
    }

    private static string Describe(string path, string root, bool details)
    {
        var status = FileSystem.FindStatus(path)!.Value;
        var text = path[root.Length..] + status.Type switch
        {
            FileType.Directory => "/",
            FileType.SymbolicLink => " -> " + new FileInfo(path).LinkTarget,
            FileType.Regular => " " + File.ReadAllText(path),
            var other => " " + other,
        };
        return details ? $"{text} {Convert.ToString(status.Mode, 8)} {status.Uid}:{status.Gid}" : text;
    }

    private sealed class Reporter(ConcurrentQueue<BuildEvent> events) : IProgress<BuildEvent>
    {
        public void Report(BuildEvent value) => events.Enqueue(value);
    }
}

/// <summary>Runs RUN steps as C#: the first script whose words the command contains.</summary>
internal sealed class ScriptedExecutor : IStepExecutor
{
    private readonly List<(string Words, Func<ExecStep, CancellationToken, Task<int>> Script)> scripts = [];

    public ConcurrentQueue<ExecStep> Steps { get; } = new();

    public void On(string words, Action<ExecStep> script) => On(words, (step, _) =>
    {
        script(step);
        return Task.FromResult(0);
    });

    public void On(string words, Func<ExecStep, CancellationToken, Task<int>> script) => scripts.Insert(0, (words, script));

    public async Task<int> RunAsync(ExecStep step, StepOutputTaker output, CancellationToken cancellationToken)
    {
        Steps.Enqueue(step);
        var command = string.Join(' ', step.Args);
        await output(LogStream.Stdout, System.Text.Encoding.UTF8.GetBytes(command + "\n"), cancellationToken);
        if (command.Contains("touch ", StringComparison.Ordinal))
        {
            var words = command[(command.IndexOf("touch ", StringComparison.Ordinal) + 6)..].Split(' ', 2);
            var path = step.RootDirectory + words[0];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, words.ElementAtOrDefault(1) ?? "", cancellationToken);
            return 0;
        }

        return scripts.Find(s => command.Contains(s.Words, StringComparison.Ordinal)).Script is { } script ? await script(step, cancellationToken) : 0;
    }
}

/// <summary>Finds images in the store only, and counts.</summary>
internal sealed class LocalResolver(ImageStore images) : IImageResolver
{
    public ConcurrentQueue<string> Asked { get; } = new();

    public Task<Image> ResolveAsync(ImageReference reference, Platform platform, ResolveOptions options, CancellationToken cancellationToken)
    {
        Asked.Enqueue(reference.Familiar);
        return Task.FromResult(images.Find(reference.ToString(), platform) ?? throw GantryException.NotFound($"{reference.Familiar}: not found"));
    }
}

using Gantry.Compose.Loading;
using Gantry.Compose.Model;

namespace Gantry.Compose.Tests;

/// <summary>A directory with compose files, gone after the test.</summary>
public sealed class ProjectDirectory : IDisposable
{
    public ProjectDirectory(string? compose = null)
    {
        Path = Directory.CreateTempSubdirectory("gantry-compose-").FullName;
        if (compose is not null)
        {
            Write("compose.yaml", compose);
        }
    }

    public string Path { get; }

    public Dictionary<string, string> Environment { get; } = [];

    public ProjectDirectory Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    internal LoadedProject Load(Func<ProjectOptions, ProjectOptions>? change = null)
    {
        var options = new ProjectOptions { WorkingDirectory = Path, Environment = Environment, ProjectName = "test" };
        return ProjectLoader.Load(change?.Invoke(options) ?? options);
    }

    internal Project Read(Func<ProjectOptions, ProjectOptions>? change = null) => ModelReader.Read(Load(change));

    internal static Node? At(LoadedProject project, string path) =>
        path.Split('.').Aggregate((Node?)project.Tree, (node, key) => int.TryParse(key, out var index) && node is ListNode list ? list.Items[index] : node.Get(key));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

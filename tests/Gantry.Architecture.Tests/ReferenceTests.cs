using System.Xml.Linq;

namespace Gantry.Architecture.Tests;

/// <summary>Who may reference whom: the table of docs/architecture.md, enforced.</summary>
public class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["Linux"] = ["Core"],
        ["State"] = ["Core"],
        ["Images"] = ["Core", "Linux", "State"],
        ["Runtime"] = ["Core", "Linux"],
        ["Monitor"] = ["Core", "Linux"],
        ["Networking"] = ["Core", "Linux"],
        ["Build"] = ["Core", "Linux", "State", "Images"],
        ["Registry"] = ["Core", "Images"],
        ["Plugins"] = ["Core"],
        ["Engine"] = ["Core", "Linux", "State", "Images", "Runtime", "Networking", "Build", "Registry", "Plugins"],
        ["Api"] = ["Core"],
        ["Client"] = ["Core", "Api"],
        ["Compose"] = ["Core", "Api", "Client"],
        ["BuildKit"] = ["Core", "Linux", "Images", "Build", "Engine"],
        ["Daemon"] = ["Core", "Linux", "Api", "Engine", "BuildKit", "Plugins"],
        ["Cli"] = ["Core", "Linux", "Api", "Client", "Compose", "Registry"],
        ["Edge"] = ["Core"],
    };

    [Fact]
    public void Projects_reference_only_what_the_architecture_allows()
    {
        List<string> wrong = [];
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(path)["Gantry.".Length..];
            Assert.True(Allowed.ContainsKey(name), $"{name} has no row in the table");
            wrong.AddRange(XDocument.Load(path).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))["Gantry.".Length..])
                .Where(reference => !Allowed[name].Contains(reference))
                .Select(reference => $"{name} -> {reference}"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Core_has_no_packages() =>
        Assert.Empty(XDocument.Load(Path.Combine(Repository.Root, "src/Gantry.Core/Gantry.Core.csproj")).Descendants("PackageReference"));

    [Fact]
    public void Only_Linux_calls_the_kernel() =>
        Assert.Empty(Repository.Sources("src")
            .Where(path => !path.Contains("/Gantry.Linux/", StringComparison.Ordinal))
            .Where(path => File.ReadAllText(path) is var text && (text.Contains("[LibraryImport", StringComparison.Ordinal) || text.Contains("[DllImport", StringComparison.Ordinal)))
            .Select(path => Path.GetRelativePath(Repository.Root, path)));

    [Fact]
    public void Engine_knows_no_HTTP() =>
        Assert.Empty(Repository.Sources("src/Gantry.Engine")
            .Where(path => File.ReadAllText(path) is var text && (text.Contains("Microsoft.AspNetCore", StringComparison.Ordinal) || text.Contains("System.Net.Http", StringComparison.Ordinal) || text.Contains("Gantry.Api", StringComparison.Ordinal)))
            .Select(path => Path.GetRelativePath(Repository.Root, path)));
}

using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Compose.Output;
using Gantry.Compose.Schema;

namespace Gantry.Compose.Tests.Loading;

/// <summary>
/// Projects with what Docker Compose 2.40.3 printed for them: <c>config</c>, <c>config --format json</c> and
/// <c>config --hash '*'</c>. {DIR} stands for the project's directory.
/// </summary>
public class CorpusTests
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Corpus");

    [Theory]
    [InlineData("everyday")]
    [InlineData("wide")]
    [InlineData("services")]
    [InlineData("odd")]
    [InlineData("overrides")]
    public void Config_prints_what_docker_compose_prints(string name)
    {
        var loaded = Load(name);
        Assert.Equal(File.ReadAllText(Path.Combine(Root, name, "expected.yaml")), Neutral(name, YamlText.Write(loaded.Tree, ComposeSchema.Root)));
    }

    [Theory]
    [InlineData("everyday")]
    [InlineData("wide")]
    [InlineData("services")]
    [InlineData("odd")]
    [InlineData("overrides")]
    public void Config_as_json_is_what_docker_compose_prints(string name) =>
        Assert.Equal(File.ReadAllText(Path.Combine(Root, name, "expected.json")), Neutral(name, JsonText.WriteProject(Load(name).Tree)));

    [Fact]
    public void Config_hashes_are_those_of_docker_compose()
    {
        var expected = File.ReadLines(Path.Combine(Root, "services", "expected.hashes")).Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => parts[1]);
        var services = ModelReader.Read(Load("services")).Services;
        foreach (var name in expected.Keys)
        {
            Assert.Equal((name, expected[name]), (name, services[name].ConfigHash));
        }
    }

    [Fact]
    public void What_config_prints_loads_again_to_the_same()
    {
        foreach (var name in (string[])["everyday", "wide", "services", "overrides"])
        {
            var first = YamlText.Write(Load(name).Tree, ComposeSchema.Root);
            using var directory = new ProjectDirectory(first);
            Assert.Equal(first, YamlText.Write(directory.Load(options => options with { ProjectName = null }).Tree, ComposeSchema.Root));
        }
    }

    private static LoadedProject Load(string name)
    {
        var directory = Path.Combine(Root, name);
        return ProjectLoader.Load(new ProjectOptions
        {
            WorkingDirectory = directory,
            Environment = new Dictionary<string, string> { ["HOME"] = "/root" },
        });
    }

    private static string Neutral(string name, string text) => text.Replace(Path.Combine(Root, name), "{DIR}");
}

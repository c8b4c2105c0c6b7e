using Gantry.Compose.Loading;
using Gantry.Core;

namespace Gantry.Compose.Tests.Loading;

public class ProjectLoaderTests
{
    [Theory]
    [InlineData("services:\n  web:\n    image: a\n    foo: 1\n    bar: 2\n", "validating {0}/compose.yaml: services.web additional properties 'foo', 'bar' not allowed")]
    [InlineData("foo: 1\nservices:\n  web:\n    image: a\n", "validating {0}/compose.yaml:  additional properties 'foo' not allowed")]
    [InlineData("services:\n  web:\n    image: a\n    build: {contxt: .}\n", "validating {0}/compose.yaml: services.web.build additional properties 'contxt' not allowed")]
    [InlineData("services:\n  web:\n    image: 1\n", "validating {0}/compose.yaml: services.web.image must be a string")]
    [InlineData("services:\n  web:\n    image: a\n    ports: 80\n", "validating {0}/compose.yaml: services.web.ports must be a array")]
    [InlineData("services:\n  web:\n    image: a\n    depends_on: {x: {}}\n  x: {image: b}\n", "validating {0}/compose.yaml: services.web.depends_on.x missing property 'condition'")]
    [InlineData("services:\n  web:\n    image: a\n    depends_on: {x: {condition: foo}}\n  x: {image: b}\n", "validating {0}/compose.yaml: services.web.depends_on.x.condition value must be one of 'service_started', 'service_healthy', 'service_completed_successfully'")]
    [InlineData("services:\n  web:\n    command: a\n", "service \"web\" has neither an image nor a build context specified: invalid compose project")]
    [InlineData("services:\n  web:\n    image: a\n    volumes: [\"data:/x\"]\n", "service \"web\" refers to undefined volume data: invalid compose project")]
    [InlineData("services:\n  web:\n    image: a\n    networks: [n]\n", "service \"web\" refers to undefined network n: invalid compose project")]
    [InlineData("services:\n  web:\n    image: a\n    secrets: [b]\n", "service \"web\" refers to undefined secret b: invalid compose project")]
    [InlineData("services:\n  web:\n    image: a\n    image: b\n", "failed to parse {0}/compose.yaml: line 4: mapping key \"image\" already defined at line 3")]
    [InlineData("services:\n  web:\n    image: ${V:?need it}\n", "error while interpolating services.web.image: required variable V is missing a value: need it ({0}/compose.yaml:3:12)")]
    [InlineData("services:\n  web:\n    image: a\n    mem_limit: abc\n", "decoding failed due to the following error(s):\n\n'services.web.mem_limit' invalid size: 'abc'")]
    [InlineData("services:\n  web:\n    image: a\n    healthcheck: {interval: 5}\n", "validating {0}/compose.yaml: services.web.healthcheck.interval must be a string")]
    [InlineData("services:\n  web:\n    image: a\n    env_file: nope.env\n", "env file {0}/nope.env not found: stat {0}/nope.env: no such file or directory")]
    [InlineData("services:\n  web:\n    image: a\n    depends_on: [b]\n  b: {image: b, depends_on: [web]}\n", "dependency cycle detected: web -> b -> web")]
    [InlineData("services:\n  web:\n    image: a\n    scale: x\n", "error while interpolating services.web.scale: failed to cast to expected type: strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData("services:\n  web:\n    image: a\n    scale: 2\n    container_name: c\n", "services.web: can't set container_name and scale as container name must be unique: invalid compose project")]
    [InlineData("services:\n  web:\n    image: a\n    mem_limit: 1g\n    deploy: {resources: {limits: {memory: 5m}}}\n", "services.web: can't set distinct values on 'mem_limit' and 'deploy.resources.limits.memory': invalid compose project")]
    [InlineData("services:\n  web:\n    extends: {service: nope}\n", "cannot extend service \"web\" in {0}/compose.yaml: service \"nope\" not found")]
    [InlineData("", "empty compose file")]
    [InlineData("services:\n  a: &x {image: i, b: *y}\n", "failed to parse {0}/compose.yaml: line 2: unknown anchor 'y' referenced")]
    public void Refuses_in_the_words_of_compose(string compose, string message)
    {
        using var directory = new ProjectDirectory(compose);
        var problem = Assert.Throws<GantryException>(() => directory.Load());
        Assert.Equal(message.Replace("{0}", directory.Path), problem.Message);
    }

    [Fact]
    public void Merge_keys_give_way_to_what_is_written_beside_them()
    {
        using var directory = new ProjectDirectory("x-a: &a {restart: always, user: a}\nx-b: &b {user: b, hostname: h}\nservices:\n  web:\n    <<: [*a, *b]\n    image: i\n    restart: \"no\"\n");
        var project = directory.Load();
        Assert.Equal("no", ProjectDirectory.At(project, "services.web.restart").Text);
        Assert.Equal("a", ProjectDirectory.At(project, "services.web.user").Text);
        Assert.Equal("h", ProjectDirectory.At(project, "services.web.hostname").Text);
    }

    [Fact]
    public void The_environment_wins_over_the_env_file_of_the_project()
    {
        using var directory = new ProjectDirectory("services: {web: {image: \"$A-$B\"}}").Write(".env", "A=file\nB=file\n");
        directory.Environment["A"] = "outside";
        Assert.Equal("outside-file", ProjectDirectory.At(directory.Load(), "services.web.image").Text);
    }

    [Fact]
    public void An_override_file_is_found_and_a_parent_directory_is_searched()
    {
        using var directory = new ProjectDirectory("services: {web: {image: a, user: u}}").Write("compose.override.yaml", "services: {web: {image: b}}").Write("sub/deep/x", "");
        var project = directory.Load(options => options with { WorkingDirectory = Path.Combine(directory.Path, "sub/deep") });
        Assert.Equal("b", ProjectDirectory.At(project, "services.web.image").Text);
        Assert.Equal(directory.Path, project.Files.Directory);
    }

    [Theory]
    [InlineData("My App.v2", "myappv2")]
    [InlineData("_-x_Y-1", "x_y-1")]
    public void A_directory_name_becomes_a_project_name(string directory, string expected) => Assert.Equal(expected, ProjectName.Normalise(directory));

    [Fact]
    public void Name_comes_from_flag_then_variable_then_file_then_directory()
    {
        using var directory = new ProjectDirectory("name: in-${X:-file}\nservices: {web: {image: a}}");
        Assert.Equal("flag", directory.Load(options => options with { ProjectName = "flag" }).Name);
        Assert.Equal("in-file", directory.Load(options => options with { ProjectName = null }).Name);
        directory.Environment["COMPOSE_PROJECT_NAME"] = "variable";
        Assert.Equal("variable", directory.Load(options => options with { ProjectName = null }).Name);
        Assert.StartsWith("invalid project name \"Bad Name\"", Assert.Throws<GantryException>(() => directory.Load(options => options with { ProjectName = "Bad Name" })).Message);
    }

    [Fact]
    public void Profiles_set_services_aside_until_enabled_or_named()
    {
        using var directory = new ProjectDirectory("services:\n  web: {image: a}\n  debug: {image: b, profiles: [tools]}\n");
        Assert.Equal(["web"], directory.Read().Services.Keys);
        Assert.Contains("debug", directory.Read().DisabledServices);
        Assert.Equal(["debug", "web"], directory.Read(options => options with { Profiles = ["tools"] }).Services.Keys);
        Assert.Equal(["debug", "web"], directory.Read(options => options with { Services = ["debug"] }).Services.Keys);
        directory.Environment["COMPOSE_PROFILES"] = "x,tools";
        Assert.Equal(2, directory.Read().Services.Count);
    }

    [Fact]
    public void Reset_forgets_and_override_replaces()
    {
        using var directory = new ProjectDirectory("services:\n  web: {image: a, ports: [\"80:80\"], volumes: [\"/a\"], environment: {A: 1, B: 2}}\n  gone: {image: b}\n")
            .Write("compose.override.yaml", "services:\n  web:\n    ports: !override [\"81:81\"]\n    volumes: !reset null\n    environment: {A: !reset null}\n  gone: !reset null\n");
        var project = directory.Load();
        Assert.Equal("81", Assert.Single(ProjectDirectory.At(project, "services.web.ports").Items).Get("published").Text);
        Assert.Null(ProjectDirectory.At(project, "services.web.volumes"));
        Assert.Equal(["B"], ProjectDirectory.At(project, "services.web.environment").Entries.Select(entry => entry.Key));
        Assert.Null(ProjectDirectory.At(project, "services.gone"));
    }

    [Fact]
    public void An_unknown_variable_is_warned_of_once()
    {
        using var directory = new ProjectDirectory("services: {web: {image: \"a$NO\", user: \"$NO\"}}");
        Assert.Equal("The \"NO\" variable is not set. Defaulting to a blank string.", Assert.Single(directory.Load().Warnings));
    }
}

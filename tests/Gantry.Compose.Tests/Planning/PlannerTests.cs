using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Api.Volumes;
using Gantry.Compose.Model;
using Gantry.Compose.Planning;
using Gantry.Core;

namespace Gantry.Compose.Tests.Planning;

public sealed class PlannerTests : IDisposable
{
    private const string Compose = """
        services:
          db: {image: db, volumes: ["data:/d"]}
          web: {image: "web:1", depends_on: [db], scale: 2}
          job: {build: ., depends_on: {db: {condition: service_healthy, restart: true}}}
        volumes: {data: {}}
        """;

    private readonly ProjectDirectory directory = new(Compose);

    [Fact]
    public void From_nothing_everything_is_made_dependencies_first() => Assert.Equal(
        """
        Image db              pull      (missing)
        Image test-job        build     (missing)
        Image web:1           pull      (missing)
        Network test_default  create
        Volume test_data      create
        Container test-db-1   create
        Container test-job-1  create
        Container test-web-1  create
        Container test-web-2  create
        9 to change, 0 up to date.

        """,
        PlanText.Write(Planner.Make(directory.Read(), new ObservedState(), new PlanOptions())));

    [Fact]
    public void What_is_as_it_should_be_is_left_alone()
    {
        var project = directory.Read();
        Assert.Equal("Nothing to do: 4 containers are up to date.\n", PlanText.Write(Planner.Make(project, Up(project), new PlanOptions())));
    }

    [Fact]
    public void Only_the_changed_service_is_recreated_and_its_dependents_keep_running_unless_they_asked()
    {
        var state = Up(directory.Read());
        directory.Write("compose.yaml", Compose.Replace("image: db,", "image: db, environment: {A: 1},"));
        Assert.Equal(
            """
            Container test-db-1   recreate  (configuration changed)
            Container test-job-1  restart   (db is replaced)
            2 to change, 2 up to date.

            """,
            PlanText.Write(Planner.Make(directory.Read(), state, new PlanOptions())));
    }

    [Fact]
    public void What_does_not_shape_a_container_changes_nothing()
    {
        var state = Up(directory.Read());
        directory.Write("compose.yaml", Compose.Replace("scale: 2", "scale: 2, pull_policy: missing").Replace("build: .", "build: {context: ., args: {X: 1}}"));
        Assert.StartsWith("Nothing to do", PlanText.Write(Planner.Make(directory.Read(), state, new PlanOptions())));
    }

    [Fact]
    public void A_new_image_recreates()
    {
        var project = directory.Read();
        var state = Up(project);
        state = state with { Images = new Dictionary<string, string>(state.Images) { ["web:1"] = "sha256:new" } };
        Assert.Equal(
            """
            Container test-web-1  recreate  (image changed)
            Container test-web-2  recreate  (image changed)
            2 to change, 2 up to date.

            """,
            PlanText.Write(Planner.Make(project, state, new PlanOptions())));
    }

    [Fact]
    public void Scaling_down_takes_the_highest_numbers_and_up_goes_on_counting()
    {
        var project = directory.Read();
        var state = Up(project);
        Assert.Contains("Container test-web-2  remove    (scaled down)\n", PlanText.Write(Planner.Make(project, state, new PlanOptions { Scale = new Dictionary<string, int> { ["web"] = 1 } })));
        Assert.Contains("Container test-web-3  create\n", PlanText.Write(Planner.Make(project, state, new PlanOptions { Scale = new Dictionary<string, int> { ["web"] = 3 } })));
    }

    [Fact]
    public void Stopped_containers_are_started_and_forced_ones_recreated()
    {
        var project = directory.Read();
        var state = Up(project);
        state.Containers[0].Summary.State = "exited";
        Assert.Contains("Container test-db-1  start     (exited)\n", PlanText.Write(Planner.Make(project, state, new PlanOptions())));
        Assert.Contains("Container test-web-2  recreate  (forced)\n", PlanText.Write(Planner.Make(project, state, new PlanOptions { Recreate = RecreatePolicy.Force })));
    }

    [Fact]
    public void Orphans_are_named_and_removed_on_request_only()
    {
        var state = Up(directory.Read());
        directory.Write("compose.yaml", "services: {db: {image: db, volumes: [\"data:/d\"]}}\nvolumes: {data: {}}");
        var project = directory.Read();
        Assert.StartsWith("Found orphan containers ([test-job-1 test-web-1 test-web-2]) for this project.", Assert.Single(Planner.Make(project, state, new PlanOptions()).Warnings));
        Assert.Equal(3, Planner.Make(project, state, new PlanOptions { RemoveOrphans = true }).Orphans.Count);
    }

    [Fact]
    public void A_network_with_another_definition_is_made_anew_with_its_containers()
    {
        var project = directory.Read();
        var state = Up(project);
        directory.Write("compose.yaml", Compose + "\nnetworks: {default: {internal: true}}\n");
        var text = PlanText.Write(Planner.Make(directory.Read(), state, new PlanOptions()));
        Assert.Contains("Network test_default  recreate  (configuration changed)\n", text);
        Assert.Contains("Container test-web-1  recreate  (network changed)\n", text);
    }

    [Fact]
    public void Named_services_bring_their_dependencies_unless_told_not_to()
    {
        var project = directory.Read();
        Assert.Equal(["db", "web"], Planner.Make(project, new ObservedState(), new PlanOptions { Services = ["web"] }).Services.Select(service => service.Service.Name));
        Assert.Equal(["web"], Planner.Make(project, new ObservedState(), new PlanOptions { Services = ["web"], WithoutDependencies = true }).Services.Select(service => service.Service.Name));
    }

    [Fact]
    public void An_external_network_must_be_there()
    {
        directory.Write("compose.yaml", "services: {a: {image: a, networks: [n]}}\nnetworks: {n: {external: true, name: shared}}");
        var problem = Assert.Throws<GantryException>(() => Planner.Make(directory.Read(), new ObservedState(), new PlanOptions()));
        Assert.Equal("network shared declared as external, but could not be found", problem.Message);
    }

    public void Dispose() => directory.Dispose();

    // The state in which the project is up.
    private static ObservedState Up(Project project)
    {
        var images = project.Services.Values.ToDictionary(service => service.Image, service => "sha256:" + service.Name);
        return new ObservedState
        {
            Images = images,
            Networks = project.Networks.Values.ToDictionary(network => network.Name, network => new NetworkInspectResponse
            {
                Name = network.Name,
                Id = "id-" + network.Name,
                Labels = new Dictionary<string, string> { [Labels.Network] = network.Key, [Labels.ConfigHash] = network.ConfigHash },
            }),
            Volumes = project.Volumes.Values.ToDictionary(volume => volume.Name, volume => new VolumeResponse
            {
                Name = volume.Name,
                Labels = new Dictionary<string, string> { [Labels.Project] = project.Name, [Labels.ConfigHash] = volume.ConfigHash },
            }),
            Containers = [.. project.Services.Values.SelectMany(service => Enumerable.Range(1, service.Scale).Select(number => new ObservedContainer(new ContainerSummary
            {
                Id = $"{service.Name}{number}".PadRight(64, '0'),
                Names = [$"/{project.Name}-{service.Name}-{number}"],
                State = "running",
                Mounts = [.. ModelReader.VolumeKeys(service).Select(key => new MountPoint { Type = "volume", Name = project.Volumes[key].Name, Destination = "/d" })],
                NetworkSettings = new ContainerSummaryNetworkSettings
                {
                    Networks = service.Networks.ToDictionary(network => project.Networks[network.Network].Name, network => new EndpointSettings { NetworkID = "id-" + project.Networks[network.Network].Name }),
                },
                Labels = new Dictionary<string, string>
                {
                    [Labels.Project] = project.Name,
                    [Labels.Service] = service.Name,
                    [Labels.ContainerNumber] = $"{number}",
                    [Labels.ConfigHash] = service.ConfigHash,
                    [Labels.Image] = images[service.Image],
                    [Labels.OneOff] = "False",
                },
            })))],
        };
    }
}

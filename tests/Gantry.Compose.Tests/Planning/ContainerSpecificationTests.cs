using Gantry.Compose.Planning;

namespace Gantry.Compose.Tests.Planning;

public class ContainerSpecificationTests
{
    [Fact]
    public void A_service_becomes_the_body_of_a_create_call()
    {
        using var directory = new ProjectDirectory("""
            services:
              web:
                image: web
                command: run --it "all of it"
                environment: {B: x, A: , C: ""}
                ports: ["8080:80", "127.0.0.1:53:53/udp"]
                expose: [9000]
                networks: {front: {aliases: [www], priority: 10, ipv4_address: 10.0.0.5}, back: }
                volumes: ["data:/data:ro", "./src:/src", "/anon", {type: tmpfs, target: /t, tmpfs: {size: 1m}}]
                configs: [{source: c, target: /etc/c}]
                secrets: [s]
                healthcheck: {test: check it, interval: 5s, retries: 2}
                deploy: {resources: {limits: {cpus: "0.5", memory: 64m, pids: 9}, reservations: {memory: 32m}}, restart_policy: {condition: on-failure, max_attempts: 3}}
                stop_grace_period: 1m30s
                ulimits: {nofile: {soft: 1, hard: 2}}
                extra_hosts: ["h=1.2.3.4"]
                init: true
            networks: {front: , back: }
            volumes: {data: }
            configs: {c: {file: ./c}}
            secrets: {s: {file: ./s}}
            """);
        var project = directory.Read();
        var request = ContainerSpecification.Make(project, project.Services["web"], 2, "test-web-2", "sha256:x", _ => [], null);
        var host = request.HostConfig!;

        Assert.Equal(["run", "--it", "all of it"], request.Cmd);
        Assert.Equal(["A", "B=x", "C="], request.Env);
        Assert.Equal(["53/udp", "80/tcp", "9000/tcp"], request.ExposedPorts!.Keys.Order());
        Assert.Equal("8080", host.PortBindings!["80/tcp"]![0].HostPort);
        Assert.Equal("127.0.0.1", host.PortBindings["53/udp"]![0].HostIp);
        Assert.Equal("test_front", host.NetworkMode);
        Assert.Equal(["test_front", "test_back"], request.NetworkingConfig!.EndpointsConfig!.Keys);
        Assert.Equal(["test-web-2", "web", "www"], request.NetworkingConfig.EndpointsConfig["test_front"]!.Aliases);
        Assert.Equal("10.0.0.5", request.NetworkingConfig.EndpointsConfig["test_front"]!.IPAMConfig!.IPv4Address);
        Assert.Equal(["test_data:/data:ro", $"{directory.Path}/src:/src:rw"], host.Binds);
        Assert.Equal(["volume//anon", "tmpfs//t", "bind//etc/c", "bind//run/secrets/s"], host.Mounts!.Select(mount => $"{mount.Type}/{mount.Target}"));
        Assert.True(host.Mounts![3].ReadOnly);
        Assert.Equal(1 << 20, host.Mounts[1].TmpfsOptions!.SizeBytes);
        Assert.Equal(["CMD-SHELL", "check it"], request.Healthcheck!.Test);
        Assert.Equal(5_000_000_000, request.Healthcheck.Interval);
        Assert.Equal((500_000_000, 64 << 20, 32 << 20, 9L), (host.NanoCpus, host.Memory, host.MemoryReservation, host.PidsLimit));
        Assert.Equal(("on-failure", 3), (host.RestartPolicy!.Name, host.RestartPolicy.MaximumRetryCount));
        Assert.Equal(90, request.StopTimeout);
        Assert.Equal(("nofile", 1, 2), (host.Ulimits![0].Name, host.Ulimits[0].Soft, host.Ulimits[0].Hard));
        Assert.Equal(["h:1.2.3.4"], host.ExtraHosts);
        Assert.True(host.Init);
        Assert.Equal(("test", "web", "2", "False", directory.Path, "sha256:x"),
            (request.Labels![Labels.Project], request.Labels[Labels.Service], request.Labels[Labels.ContainerNumber], request.Labels[Labels.OneOff], request.Labels[Labels.WorkingDirectory], request.Labels[Labels.Image]));
    }

    [Fact]
    public void Namespaces_of_another_service_are_those_of_its_container()
    {
        using var directory = new ProjectDirectory("services:\n  a: {image: a}\n  b: {image: b, network_mode: \"service:a\", pid: \"service:a\", volumes_from: [\"a:ro\"]}\n");
        var project = directory.Read();
        var request = ContainerSpecification.Make(project, project.Services["b"], 1, "b", null, service => [service + "-id"], null);
        Assert.Equal(("container:a-id", "container:a-id"), (request.HostConfig!.NetworkMode, request.HostConfig.PidMode));
        Assert.Equal(["a-id:ro"], request.HostConfig.VolumesFrom);
        Assert.Null(request.NetworkingConfig);
        Assert.Equal("a", Assert.Single(project.Services["b"].DependsOn).Service);
    }

    [Fact]
    public void A_replacement_takes_over_anonymous_volumes()
    {
        using var directory = new ProjectDirectory("services: {a: {image: a, volumes: [\"/mine\", \"named:/n\"]}}\nvolumes: {named: }");
        var project = directory.Read();
        var old = new ObservedContainer(new Api.Containers.ContainerSummary
        {
            Mounts =
            [
                new() { Type = "volume", Name = "anonymous1", Destination = "/mine", RW = true },
                new() { Type = "volume", Name = "anonymous2", Destination = "/of-image", RW = true },
                new() { Type = "volume", Name = "test_named", Destination = "/n", RW = true },
            ],
        });
        var request = ContainerSpecification.Make(project, project.Services["a"], 1, "a", null, _ => [], old);
        Assert.Equal(["anonymous1:/mine", "anonymous2:/of-image"], request.HostConfig!.Mounts!.Select(mount => $"{mount.Source}:{mount.Target}"));
        Assert.Equal(["test_named:/n:rw"], request.HostConfig.Binds);
    }
}

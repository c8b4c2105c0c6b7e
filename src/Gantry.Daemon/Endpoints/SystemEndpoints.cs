using Gantry.Api;
using Gantry.Api.Containers;
using Gantry.Api.Images;
using Gantry.Api.System;
using Gantry.Api.Volumes;
using Gantry.Core;
using Gantry.Daemon.Hosting;
using Gantry.Daemon.Http;
using Gantry.Daemon.Mapping;
using Gantry.Engine;
using Gantry.Engine.Images;

namespace Gantry.Daemon.Endpoints;

/// <summary>Ping, version, info, events, disk usage.</summary>
internal sealed class SystemEndpoints(GantryEngine engine, LiveOptions options, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/_ping", ["GET", "HEAD"], PingAsync);
        routes.MapGet("/version", VersionAsync);
        routes.MapGet("/info", InfoAsync);
        routes.MapGet("/events", EventsAsync);
        routes.MapGet("/system/df", DiskUsageAsync);
    }

    /// <summary>Answers without the engine, so that it also tells whether the daemon listens.</summary>
    public static Task PingAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers["Builder-Version"] = "2";
        headers["Swarm"] = "inactive";
        headers.CacheControl = "no-cache, no-store, must-revalidate";
        headers.Pragma = "no-cache";
        http.Response.ContentType = "text/plain; charset=utf-8";
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return Task.CompletedTask;
        }

        http.Response.ContentLength = 2;
        return http.Response.Body.WriteAsync("OK"u8.ToArray()).AsTask();
    }

    private Task VersionAsync(HttpContext http) => http.Response.WriteJsonAsync(engine.Facts.ToVersion(), DockerJson.Wire.VersionResponse);

    private Task InfoAsync(HttpContext http) =>
        http.Response.WriteJsonAsync(VersionedShape.Info(engine.Facts.ToInfo(engine, options.Current, clock.GetUtcNow()), http.Version), DockerJson.Wire.SystemInfoResponse);

    private async Task EventsAsync(HttpContext http)
    {
        var since = http.Query.Moment("since", clock);
        var until = http.Query.Moment("until", clock);
        if (until < since)
        {
            throw GantryException.Invalid($"`since` time ({http.Query.Text("since")}) cannot be after `until` time ({http.Query.Text("until")})");
        }

        var happened = engine.Events.ReadAsync(since, until, http.Query.Filters(), http.RequestAborted);
        await http.Response.BeginStreamAsync("application/json");
        await foreach (var item in happened)
        {
            await http.Response.WriteLineAsync(item.ToWire(), DockerJson.Wire.EventMessage);
        }
    }

    private Task DiskUsageAsync(HttpContext http)
    {
        var types = VersionedShape.SelectsUsage(http.Version) ? http.Query.All("type") : [];
        if (types.FirstOrDefault(type => type is not ("container" or "image" or "volume" or "build-cache")) is { } unknown)
        {
            throw GantryException.Invalid($"unknown object type: {unknown}");
        }

        bool Wanted(string type) => types.Count == 0 || types.Contains(type);
        var usage = new DiskUsageResponse
        {
            LayersSize = Wanted("image") ? engine.Images.TotalSize() : 0,
            Images = Wanted("image") ? Images(http.Version) : null,
            Containers = Wanted("container") ? Containers(http.Version) : null,
            Volumes = Wanted("volume") ? Volumes() : null,
            BuildCache = Wanted("build-cache") ? BuildCache() : null,
            BuilderSize = VersionedShape.SelectsUsage(http.Version) ? null : engine.Builds.CacheRecords().Sum(record => record.Size) is var size and > 0 ? size : null,
        };
        return http.Response.WriteJsonAsync(usage, DockerJson.Wire.DiskUsageResponse);
    }

    private List<ImageSummary> Images(ApiVersion version)
    {
        var shared = engine.Images.SharedSizes();
        return [.. engine.Images.List(new ImageListQuery()).Select(image => image.ToSummary(engine.Images.ContainerCount(image.Id), version) with { SharedSize = shared.GetValueOrDefault(image.Id) })];
    }

    private List<ContainerSummary> Containers(ApiVersion version) => [.. engine.Containers.All.Select(container => VersionedShape.Summary(
        container.ToSummary(engine.Containers.StatusText(container)).WithSizes(engine.Containers.Sizes(container)), container, engine.Images, version))];

    private List<VolumeResponse> Volumes() => [.. engine.Volumes.Local.Select(volume =>
    {
        var (size, references) = engine.Volumes.Usage(volume);
        return volume.ToWire(new VolumeUsage { Size = size, RefCount = references });
    })];

    private List<BuildCacheRecord> BuildCache() => [.. engine.Builds.CacheRecords().Select(record => new BuildCacheRecord
    {
        ID = record.Id,
        Parents = record.Parents.NullIfEmpty(),
        Type = record.Type,
        Description = record.Description,
        InUse = record.InUse,
        Shared = record.Shared,
        Size = record.Size,
        CreatedAt = Timestamp.Format(record.Created),
        LastUsedAt = Timestamp.Format(record.LastUsed),
        UsageCount = record.Uses,
    })];
}

using Gantry.Compose.Loading;
using static Gantry.Compose.Schema.Shapes;

namespace Gantry.Compose.Schema;

/// <summary>The service, and what only a service holds.</summary>
internal static class ServiceSchema
{
    private static readonly Shape Build = Object(
        ("context", Text), ("dockerfile", Text), ("dockerfile_inline", Text), ("entitlements", Texts), ("args", Pairs),
        ("provenance", Scalar), ("sbom", Scalar), ("ssh", Pairs), ("labels", Labels), ("cache_from", Texts), ("cache_to", Texts),
        ("no_cache", Flag), ("additional_contexts", Pairs), ("pull", Flag), ("extra_hosts", Hosts), ("isolation", Text),
        ("network", Text), ("target", Text), ("secrets", References), ("shm_size", Size), ("tags", Texts), ("ulimits", Ulimits),
        ("platforms", Texts), ("privileged", Flag)) with { Expand = ShortSyntax.Build };

    private static readonly Shape DeviceRequest = Object(
        ("capabilities", Texts), ("driver", Text), ("count", Integer with { Expand = ShortSyntax.DeviceCount }), ("device_ids", Texts), ("options", Labels));

    private static readonly Shape UpdateConfig = Object(
        ("parallelism", Integer), ("delay", Duration), ("failure_action", Text), ("monitor", Duration), ("max_failure_ratio", Number),
        ("order", Text with { Values = ["start-first", "stop-first"] }));

    private static readonly Shape Deploy = Object(
        ("mode", Text), ("replicas", Integer), ("labels", Labels), ("update_config", UpdateConfig), ("rollback_config", UpdateConfig),
        ("resources", Object(
            ("limits", Object(("cpus", Number), ("memory", Size), ("pids", Integer))),
            ("reservations", Object(("cpus", Number), ("memory", Size), ("devices", ListOf(DeviceRequest)), ("generic_resources", Any)))) with { JsonDefault = "{}" }),
        ("restart_policy", Object(("condition", Text), ("delay", Duration), ("max_attempts", Integer), ("window", Duration))),
        ("placement", Object(("constraints", Texts), ("preferences", ListOf(Object(("spread", Text)))), ("max_replicas_per_node", Integer)) with { JsonDefault = "{}" }),
        ("endpoint_mode", Text));

    private static readonly Shape BlkioLimits = ListOf(Object(("path", Text), ("rate", Size))) with { Key = item => item.Get("path").Text ?? "" };

    private static readonly Shape Blkio = Object(
        ("weight", Integer), ("weight_device", ListOf(Object(("path", Text), ("weight", Integer)))), ("device_read_bps", BlkioLimits),
        ("device_read_iops", BlkioLimits), ("device_write_bps", BlkioLimits), ("device_write_iops", BlkioLimits));

    private static readonly Shape HealthCheck = Object(
        ("test", ListOf(Text) with { Expand = ShortSyntax.HealthTest, Replaces = true, Words = "a string or array" }),
        ("timeout", Duration), ("interval", Duration), ("retries", Integer), ("start_period", Duration), ("start_interval", Duration), ("disable", Flag));

    private static readonly Shape Attachment = Object(
        ("aliases", Texts), ("driver_opts", Options), ("gw_priority", Integer), ("interface_name", Text), ("ipv4_address", Text), ("ipv6_address", Text),
        ("link_local_ips", Texts), ("mac_address", Text), ("priority", Integer));

    private static readonly Shape Port = Object(
        ("name", Text), ("mode", Text), ("host_ip", Text), ("target", Integer), ("published", Scalar), ("protocol", Text), ("app_protocol", Text));

    private static readonly Shape Mount = Object(
        ("type", Text with { Values = ["bind", "volume", "tmpfs", "cluster", "npipe", "image"] }), ("source", Text), ("target", Text), ("read_only", Flag),
        ("consistency", Text),
        ("bind", Object(("selinux", Text), ("propagation", Text), ("create_host_path", OptionalFlag), ("recursive", Text with { Values = ["enabled", "disabled", "writable", "readonly"] }))),
        ("volume", Object(("labels", Labels), ("nocopy", Flag), ("subpath", Text)) with { KeepsNull = true }),
        ("tmpfs", Object(("size", Size), ("mode", Integer))),
        ("image", Object(("subpath", Text)))) with
    { Expand = VolumeSyntax.Expand, Required = ["type"] };

    private static readonly Shape DependsOn = MapOf(Object(
        ("condition", Text with { Values = ["service_started", "service_healthy", "service_completed_successfully"] }),
        ("restart", Flag), ("required", OptionalFlag)) with { Required = ["condition"] }) with { Expand = ShortSyntax.DependsOn, Sorted = true };

    private static readonly Shape Develop = Object(("watch", ListOf(Object(
        ("path", Text), ("action", Text), ("target", Text), ("exec", Hook with { JsonDefault = "{}" }), ("include", OneOrMany), ("ignore", OneOrMany), ("initial_sync", Flag)))));

    /// <summary>One service.</summary>
    public static Shape Service { get; } = Object(
        ("profiles", Texts), ("annotations", Labels), ("attach", OptionalFlag), ("build", Build), ("develop", Develop), ("blkio_config", Blkio),
        ("cap_add", Texts), ("cap_drop", Texts), ("cgroup_parent", Text), ("cgroup", Text with { Values = ["host", "private"] }), ("cpu_count", Integer),
        ("cpu_percent", Number), ("cpu_period", Integer), ("cpu_quota", Integer), ("cpu_rt_period", Integer), ("cpu_rt_runtime", Integer),
        ("cpus", Number), ("cpuset", Text), ("cpu_shares", Integer), ("command", Command with { JsonDefault = "null" }), ("configs", References), ("container_name", Text),
        ("credential_spec", Object(("config", Text), ("file", Text), ("registry", Text))), ("depends_on", DependsOn), ("deploy", Deploy),
        ("device_cgroup_rules", Texts),
        ("devices", ListOf(Object(("source", Text), ("target", Text), ("permissions", Text)) with { Expand = ShortSyntax.Device }) with { Key = item => item.Get("target").Text ?? "" }),
        ("dns", OneOrMany), ("dns_opt", Texts), ("dns_search", OneOrMany), ("domainname", Text), ("entrypoint", Command with { JsonDefault = "null" }),
        ("provider", Object(("type", Text), ("options", MapOf(Any)))), ("environment", Pairs),
        ("env_file", ListOf(Object(("path", Text), ("required", OptionalFlag), ("format", Text))) with { Expand = ShortSyntax.EnvFiles, Key = item => item.Get("path").Text ?? "" }),
        ("expose", Scalars), ("extends", Object(("service", Text), ("file", Text)) with { Expand = ShortSyntax.Service }), ("external_links", Texts),
        ("extra_hosts", Hosts), ("group_add", Scalars), ("gpus", ListOf(DeviceRequest) with { Expand = ShortSyntax.Gpus }), ("hostname", Text),
        ("healthcheck", HealthCheck), ("image", Text), ("init", OptionalFlag), ("ipc", Text), ("isolation", Text), ("labels", Labels),
        ("label_file", OneOrMany), ("links", Texts), ("logging", Object(("driver", Text), ("options", Options))), ("mem_limit", Size),
        ("mem_reservation", Size), ("memswap_limit", Size), ("mem_swappiness", Size), ("mac_address", Text),
        ("models", MapOf(Object(("endpoint_var", Text), ("model_var", Text)) with { KeepsNull = true }) with { Expand = ShortSyntax.Names }),
        ("network_mode", Text),
        ("networks", MapOf(Attachment with { KeepsNull = true }) with { Expand = ShortSyntax.Names, Sorted = true }), ("oom_kill_disable", Flag),
        ("oom_score_adj", Integer), ("pid", Text), ("pids_limit", Integer), ("platform", Text),
        ("ports", ListOf(Port) with { Expand = PortSyntax.Expand, Key = PortSyntax.Key }), ("privileged", Flag), ("pull_policy", Text),
        ("pull_refresh_after", Text), ("read_only", Flag), ("restart", Text), ("runtime", Text), ("scale", Integer), ("secrets", References),
        ("security_opt", Texts), ("shm_size", Size), ("stdin_open", Flag), ("stop_grace_period", Duration), ("stop_signal", Text),
        ("storage_opt", Options), ("sysctls", Labels), ("tmpfs", OneOrMany), ("tty", Flag), ("ulimits", Ulimits), ("use_api_socket", Flag),
        ("user", Text), ("userns_mode", Text), ("uts", Text), ("volumes", ListOf(Mount) with { Key = item => VolumeSyntax.Clean(item.Get("target").Text ?? "") }),
        ("volumes_from", Texts), ("working_dir", Text), ("post_start", ListOf(Hook)), ("pre_stop", ListOf(Hook)));
}

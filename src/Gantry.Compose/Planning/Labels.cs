namespace Gantry.Compose.Planning;

/// <summary>The labels by which Docker Compose, and everything written for it, recognises its objects.</summary>
internal static class Labels
{
    public const string Project = "com.docker.compose.project";
    public const string Service = "com.docker.compose.service";
    public const string ConfigHash = "com.docker.compose.config-hash";
    public const string ContainerNumber = "com.docker.compose.container-number";
    public const string OneOff = "com.docker.compose.oneoff";
    public const string WorkingDirectory = "com.docker.compose.project.working_dir";
    public const string ConfigFiles = "com.docker.compose.project.config_files";
    public const string EnvironmentFile = "com.docker.compose.project.environment_file";
    public const string DependsOn = "com.docker.compose.depends_on";
    public const string Version = "com.docker.compose.version";
    public const string Image = "com.docker.compose.image";
    public const string Network = "com.docker.compose.network";
    public const string Volume = "com.docker.compose.volume";
    public const string Replace = "com.docker.compose.replace";
    public const string Slug = "com.docker.compose.slug";

    /// <summary>What <see cref="Version"/> says of objects made here.</summary>
    public static string OurVersion { get; } = typeof(Labels).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}

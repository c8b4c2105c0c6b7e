using Gantry.Engine.Containers;

namespace Gantry.Daemon.Hosting.Configuration;

/// <summary>Flags and configuration file together; read again at SIGHUP.</summary>
internal static class ConfigurationLoader
{
    public const string DefaultFile = "/etc/gantry/daemon.json";

    /// <summary>Read where Gantry has no file of its own, so that a machine's Docker settings hold.</summary>
    public const string DockerFile = "/etc/docker/daemon.json";

    /// <exception cref="ConfigurationException">The file cannot be followed, or says what a flag says too.</exception>
    public static DaemonOptions Load(CommandLine commandLine)
    {
        var path = commandLine.ConfigFile ?? (File.Exists(DefaultFile) || !File.Exists(DockerFile) ? DefaultFile : DockerFile);
        try
        {
            var file = commandLine.ConfigFile is not null || File.Exists(path) ? ConfigurationFile.Read(File.ReadAllText(path)) : [];
            RefuseDoubles(commandLine.Flags, file);
            var options = new DaemonOptions();
            foreach (var (directive, values) in commandLine.Flags.Concat(file))
            {
                options = values.Aggregate(options, (so, value) => Apply(directive, so, value));
            }

            return Checked(options);
        }
        catch (Exception error) when (error is ConfigurationException or IOException or UnauthorizedAccessException)
        {
            var reason = error is FileNotFoundException or DirectoryNotFoundException ? $"open {path}: no such file or directory" : error.Message;
            throw new ConfigurationException($"unable to configure the Docker daemon with file {path}: {reason}");
        }
    }

    private static DaemonOptions Apply(Directive directive, DaemonOptions options, string value)
    {
        try
        {
            return directive.Apply(options, value);
        }
        catch (FormatException error)
        {
            throw Invalid(error.Message);
        }
    }

    private static DaemonOptions Checked(DaemonOptions options)
    {
        try
        {
            foreach (var host in options.Hosts)
            {
                ListenAddress.Parse(host, options.Tls.Enabled);
            }
        }
        catch (FormatException error)
        {
            throw Invalid(error.Message);
        }

        foreach (var same in options.Labels.GroupBy(label => label.Split('=')[0]).Where(same => same.Distinct().Count() > 1))
        {
            throw Invalid($"conflict labels for {string.Join(" and ", same.Reverse().Take(2))}");
        }

        if (LogDefaults.Fault(options.ContainerDefaults.LogDriver, options.ContainerDefaults.LogOptions) is { } fault)
        {
            throw Invalid(fault);
        }

        if (options.FixedRange is { } range && options.DefaultAddress is { } own && (!own.Subnet.Contains(range.BaseAddress) || range.PrefixLength < own.Subnet.PrefixLength))
        {
            throw Invalid($"fixed-cidr {range} is not inside bip's network {own.Subnet}");
        }

        return options;
    }

    private static void RefuseDoubles(IReadOnlyList<(Directive Directive, IReadOnlyList<string> Values)> flags, IReadOnlyList<(Directive Directive, IReadOnlyList<string> Values)> file)
    {
        var doubles = flags.Join(file, flag => flag.Directive.Key, entry => entry.Directive.Key, (flag, entry) =>
            $"{flag.Directive.Key}: (from flag: {Shown(flag.Directive, flag.Values)}, from file: {Shown(flag.Directive, entry.Values)})").ToArray();
        if (doubles.Length > 0)
        {
            throw new ConfigurationException($"the following directives are specified both as a flag and in the configuration file: {string.Join(", ", doubles)}");
        }
    }

    // As Go prints such values.
    private static string Shown(Directive directive, IReadOnlyList<string> values) => directive.Shape switch
    {
        DirectiveShape.Map => $"map[{string.Join(' ', values.Order(StringComparer.Ordinal).Select(pair => string.Join(':', pair.Split('=', 2))))}]",
        DirectiveShape.List or DirectiveShape.Structure => $"[{string.Join(' ', values)}]",
        _ => values[^1],
    };

    private static ConfigurationException Invalid(string message) => new($"merged configuration validation from file and command line flags failed: {message}");
}

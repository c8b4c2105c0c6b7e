using Gantry.Api.System;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Cli.Templates;
using Gantry.Client;
using Gantry.Core;

namespace Gantry.Cli.Commands.Host;

/// <summary>Show the version of the client and of the daemon.</summary>
internal static class VersionCommand
{
    private const string Version = "0.1.0";
    private const string ApiVersion = "1.51";

    public static string ShortText => $"Gantry version {Version}, API {ApiVersion}";

    public static Command Create()
    {
        var options = new OptionTable();
        var format = options.String("format", 'f', ListFormat.InspectUsage);
        return new Command
        {
            Usage = "version [OPTIONS]",
            Summary = "Show the Docker version information",
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                VersionResponse? server = null;
                GantryException? failure = null;
                try
                {
                    server = await context.Client.System.VersionAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (GantryException e)
                {
                    failure = e; // The client's part is shown all the same.
                }

                if (format.Value.Length > 0)
                {
                    var template = ListFormat.Compile(format.Value == "json" ? "{{json .}}" : format.Value, exitCode: 64, name: "version");
                    context.Out.WriteLine(Run(context, template, Document(context, server)));
                }
                else
                {
                    Write(context.Out, context.Current.Name, server);
                }

                return failure is null ? 0 : throw new ExitException(1, failure.DisplayMessage);
            },
        };
    }

    private static string Run(CommandContext context, Template template, ComposedStruct document)
    {
        try
        {
            return template.Execute(document);
        }
        catch (TemplateException e)
        {
            context.Out.WriteLine();
            throw new ExitException(1, e.Message);
        }
    }

    private static void Write(TextWriter output, string context, VersionResponse? server)
    {
        output.WriteLine("Client: Gantry");
        Line(output, 1, "Version", Version);
        Line(output, 1, "API version", ApiVersion);
        Line(output, 1, "OS/Arch", "linux/" + Architecture());
        Line(output, 1, "Context", context);
        if (server is null)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("Server: " + server.Platform?.Name);
        foreach (var component in server.Components ?? [])
        {
            var details = component.Details ?? new Dictionary<string, string>();
            output.WriteLine($" {component.Name}:");
            Line(output, 2, "Version", component.Version);
            // An engine has all of these lines, empty or not; the programs it uses have what they tell.
            var isEngine = details.ContainsKey("ApiVersion");
            if (isEngine)
            {
                Line(output, 2, "API version", $"{details["ApiVersion"]} (minimum version {details.GetValueOrDefault("MinAPIVersion")})");
                Line(output, 2, "Go version", details.GetValueOrDefault("GoVersion", ""));
            }

            if (isEngine || details.GetValueOrDefault("GitCommit") is not null)
            {
                Line(output, 2, isEngine ? "Git commit" : "GitCommit", details.GetValueOrDefault("GitCommit", ""));
            }

            if (isEngine)
            {
                Line(output, 2, "Built", details.GetValueOrDefault("BuildTime", ""));
                Line(output, 2, "OS/Arch", $"{details.GetValueOrDefault("Os")}/{details.GetValueOrDefault("Arch")}");
                Line(output, 2, "Experimental", details.GetValueOrDefault("Experimental", "false"));
            }
        }
    }

    private static void Line(TextWriter output, int indent, string name, string value) =>
        output.WriteLine(new string(' ', indent) + (name + ":").PadRight(20 - indent) + value);

    private static ComposedStruct Document(CommandContext context, VersionResponse? server) => new("system.versionInfo",
        [new("Client", Client(context)), new("Server", server is null ? new NilPointer(typeof(VersionResponse)) : new TypedStruct(server, Api.DockerJson.Wire.VersionResponse))]);

    /// <summary>What docker's client tells of itself, with the fields it has.</summary>
    public static ComposedStruct Client(CommandContext context) => new("system.clientVersion",
    [
        new("Version", Version), new("ApiVersion", Environment.GetEnvironmentVariable("DOCKER_API_VERSION") is { Length: > 0 } given ? given : ApiVersion), new("DefaultAPIVersion", ApiVersion), new("GitCommit", ""), new("GoVersion", ""),
        new("Os", "linux"), new("Arch", Architecture()), new("BuildTime", ""), new("Context", context.Current.Name),
    ])
    {
        GoNames = new Dictionary<string, string> { ["ApiVersion"] = "APIVersion" },
    };

    private static string Architecture() => Platform.Host.Architecture;
}

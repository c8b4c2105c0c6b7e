using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Client;
using Gantry.Core;

namespace Gantry.Cli.Commands.Running;

/// <summary>Creates a container, pulling its image first when it is missing or when that was asked for.</summary>
internal sealed class ContainerCreation(OptionTable table)
{
    private readonly ValueOption<string> cidFile = table.String("cidfile", '\0', "Write the container ID to the file");
    private readonly ValueOption<string> name = table.String("name", '\0', "Assign a name to the container");
    private readonly ValueOption<string> platform = PlatformOption.Declare(table);
    private readonly ValueOption<string> pull = table.String("pull", '\0', table.Find("detach") is null ? "Pull image before creating (\"always\", \"|missing\", \"never\")" : "Pull image before running (\"always\", \"missing\", \"never\")", initial: "missing");
    private readonly Switch quiet = table.Switch("quiet", 'q', "Suppress the pull output");
    private readonly Switch useApiSocket = table.Switch("use-api-socket", '\0', "Bind mount Docker API socket and required auth");
    private readonly Switch trust = table.Switch("disable-content-trust", '\0', "Skip image verification", initial: true);

    /// <exception cref="GantryException">As the daemon refused.</exception>
    public async Task<string> CreateAsync(CommandContext context, ContainerCreateRequest request, CancellationToken cancellationToken)
    {
        _ = trust;
        CheckIdFile();
        PlatformOption.Check(platform.Value);
        request.Env = [.. request.Env ?? [], .. ProxySettings.Of(context.Config, context.Client.Endpoint.Address, request.Env ?? []).Select(v => $"{v.Key}={v.Value}")];
        var reference = References.Parse(request.Image!).WithDefaultTag();
        switch (pull.Value)
        {
            case "always":
                await PullAsync(context, reference, cancellationToken).ConfigureAwait(false);
                break;
            case not ("missing" or "never" or ""):
                throw new FormatException($"invalid pull option: '{pull.Value}': must be one of \"always\", \"missing\" or \"never\"");
        }

        var credentials = useApiSocket.Value ? ApiSocket.Prepare(context, request) : null;
        ContainerCreateResponse created;
        try
        {
            created = await context.Client.Containers.CreateAsync(request, name.Value, platform.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (GantryException e) when (e.Kind == ErrorKind.NotFound && e.IsFromDaemon && IsMissing(e.Message) && pull.Value is "missing" or "")
        {
            if (!quiet.Value)
            {
                context.Error.WriteLine($"Unable to find image '{reference.Familiar}' locally");
            }

            await PullAsync(context, reference, cancellationToken).ConfigureAwait(false);
            created = await context.Client.Containers.CreateAsync(request, name.Value, platform.Value, cancellationToken).ConfigureAwait(false);
        }

        if (credentials is not null)
        {
            await ApiSocket.CopyAsync(context, created.Id, credentials, cancellationToken).ConfigureAwait(false);
        }

        foreach (var warning in created.Warnings)
        {
            context.Error.WriteLine("WARNING: " + warning);
        }

        if (cidFile.Value.Length > 0)
        {
            await File.WriteAllTextAsync(cidFile.Value, created.Id, cancellationToken).ConfigureAwait(false);
        }

        return created.Id;
    }

    // No image of that name, or none for the platform that was asked for.
    private static bool IsMissing(string message) =>
        message.StartsWith("No such image", StringComparison.OrdinalIgnoreCase) || message.Contains("does not match the specified platform", StringComparison.Ordinal);

    private void CheckIdFile()
    {
        if (cidFile.Value.Length > 0 && Path.GetDirectoryName(cidFile.Value) is { Length: > 0 } folder && !Directory.Exists(folder))
        {
            throw new FormatException($"failed to create the container ID file: open {cidFile.Value}: no such file or directory");
        }

        if (cidFile.Value.Length > 0 && File.Exists(cidFile.Value))
        {
            throw new FormatException($"container ID file found, make sure the other container isn't running or delete {cidFile.Value}");
        }
    }

    private Task PullAsync(CommandContext context, ImageReference reference, CancellationToken cancellationToken) =>
        ImagePull.RunAsync(context, reference, platform.Value, quiet.Value ? null : context.Error, cancellationToken);
}

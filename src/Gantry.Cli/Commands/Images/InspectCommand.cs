using System.Text.Json.Nodes;
using Gantry.Api;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Cli.Templates;
using Gantry.Core;

namespace Gantry.Cli.Commands.Images;

/// <summary>Display detailed information on one or more images.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var format = options.String("format", 'f', ListFormat.InspectUsage);
        var platform = options.String("platform", '\0', "Inspect a specific platform of the multi-platform image.\nIf the image or the server is not multi-platform capable, the command will error out if the platform does not match.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)");
        return new Command
        {
            Usage = "inspect [OPTIONS] IMAGE [IMAGE...]",
            Summary = "Display detailed information on one or more images",
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = (context, names, cancellationToken) =>
                InspectOutput.RunAsync(context, names, format.Value, name => context.Client.Images.InspectRawAsync(name, cancellationToken, PlatformJson(platform.Value)), DockerJson.Wire.ImageInspectResponse),
        };
    }

    private static string? PlatformJson(string text) => text.Length == 0 ? null
        : !Platform.TryParse(text, null, out var platform) ? throw new ExitException(1, $"invalid platform: \"{text}\" is an invalid platform")
        : JsonText.Of(new JsonObject { ["architecture"] = platform.Architecture, ["os"] = platform.Os, ["variant"] = platform.Variant });
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Api;
using Gantry.Api.Images;
using Gantry.Build;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Daemon.Http;

/// <summary>A build's progress as the classic builder prints it (<c>Step 1/5 : FROM x</c>), or as structured lines for our own clients.</summary>
internal sealed class BuildOutput(HttpResponse response, bool quiet, bool structured)
{
    // Output arrives in pieces that may cut a character in two.
    private readonly Dictionary<(int, LogStream), Decoder> decoders = [];
    private readonly StepOrder order = new();

    public async Task WriteAsync(BuildEvent happened)
    {
        if (happened is BuildEvent.PullProgress pull)
        {
            if (!quiet)
            {
                await response.WriteLineAsync(TransferOutput.ToMessage(pull.Status, pull.Id, pull.Bytes), DockerJson.Wire.JsonMessage);
            }
        }
        else if (structured)
        {
            await WriteAuxAsync(new BuildEventEnvelope { Gantry = Message(happened) }, DockerJson.Wire.BuildEventEnvelope);
        }
        else if (!quiet)
        {
            await WriteLinesAsync(order.Next(happened));
        }
    }

    /// <summary>Shows what was held back, when a build fails.</summary>
    public Task FailAsync() => structured || quiet ? Task.CompletedTask : WriteLinesAsync(order.Rest());

    public async Task CompleteAsync(Image image, IReadOnlyList<ImageReference> tags)
    {
        if (quiet)
        {
            await WriteTextAsync($"{image.Id}\n");
            return;
        }

        await WriteAuxAsync(new BuildResult { ID = image.Id.ToString() }, DockerJson.Wire.BuildResult);
        if (structured)
        {
            return;
        }

        await WriteTextAsync($"Successfully built {image.Id.Short}\n");
        foreach (var tag in tags)
        {
            await WriteTextAsync($"Successfully tagged {tag.Familiar}\n");
        }
    }

    private async Task WriteLinesAsync(IEnumerable<BuildEvent> events)
    {
        foreach (var line in events.SelectMany(Lines))
        {
            await WriteTextAsync(line);
        }
    }

    private IEnumerable<string> Lines(BuildEvent happened)
    {
        switch (happened)
        {
            case BuildEvent.StepStarted step:
                yield return string.Create(CultureInfo.InvariantCulture, $"Step {step.Step}/{step.Total} : {step.Instruction}\n");
                break;
            case BuildEvent.StepOutput output when Decode(output) is { Length: > 0 } text:
                yield return text;
                break;
            case BuildEvent.StepCompleted step:
                if (step.Cached)
                {
                    yield return " ---> Using cache\n";
                }

                if (step.Layer is { } layer)
                {
                    yield return $" ---> {layer.Short}\n";
                }

                break;
            case BuildEvent.Warning warning:
                yield return $"[Warning] {warning.Message}\n";
                break;
        }
    }

    private string Decode(BuildEvent.StepOutput output)
    {
        var key = (output.Step, output.Stream);
        if (!decoders.TryGetValue(key, out var decoder))
        {
            decoders[key] = decoder = Encoding.UTF8.GetDecoder();
        }

        var characters = new char[Encoding.UTF8.GetMaxCharCount(output.Bytes.Length)];
        return new string(characters, 0, decoder.GetChars(output.Bytes.Span, characters, flush: false));
    }

    private static BuildEventMessage Message(BuildEvent happened) => happened switch
    {
        BuildEvent.StepStarted step => new() { Type = "started", Step = step.Step, Total = step.Total, Stage = step.Stage, Name = step.Name },
        BuildEvent.StepOutput output => new()
        {
            Type = "output",
            Step = output.Step,
            Stream = output.Stream == LogStream.Stdout ? "stdout" : "stderr",
            Bytes = output.Bytes.ToArray(),
        },
        BuildEvent.StepCompleted step => new() { Type = "completed", Step = step.Step, Cached = step.Cached, Seconds = step.Duration.TotalSeconds },
        BuildEvent.StepFailed failed => new() { Type = "failed", Step = failed.Step, Message = failed.Message },
        BuildEvent.Warning warning => new() { Type = "warning", Message = warning.Message, Line = warning.Line > 0 ? warning.Line : null },
        _ => new() { Type = "unknown" },
    };

    private Task WriteTextAsync(string text) => response.WriteLineAsync(new JsonMessage { Stream = text }, DockerJson.Wire.JsonMessage);

    private Task WriteAuxAsync<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        response.WriteLineAsync(new JsonMessage { Aux = JsonSerializer.SerializeToElement(value, type) }, DockerJson.Wire.JsonMessage);
}

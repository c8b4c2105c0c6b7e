using Gantry.Build;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Engine;

/// <summary>Dockerfile instructions applied to an image's settings by commit and import (<c>--change</c>).</summary>
internal static class ImageChanges
{
    private static readonly string[] Allowed = ["CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "ONBUILD", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"];

    /// <exception cref="GantryException">InvalidArgument: an instruction that changes no settings, or a bad one.</exception>
    public static ProcessDefaults Apply(ProcessDefaults config, IReadOnlyList<string> changes)
    {
        foreach (var change in changes)
        {
            var word = change.AsSpan().Trim() is var line && line.IndexOfAny(' ', '\t') is >= 0 and var end ? line[..end].ToString() : line.ToString();
            if (word.Length > 0 && !word.StartsWith('#') && !Allowed.Contains(word, StringComparer.OrdinalIgnoreCase))
            {
                throw GantryException.Invalid($"{word} is not a valid change command");
            }
        }

        // "Already escaped" is said of builds alone.
        return changes.Count == 0 ? config : DockerfileChanges.Apply(config, changes) with { ArgsEscaped = config.ArgsEscaped };
    }
}

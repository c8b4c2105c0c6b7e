using System.Text;
using Gantry.Core;

namespace Gantry.Engine.Containers.Logs;

/// <summary>
/// The log option <c>tag</c>: text with <c>{{.Name}}</c>, <c>{{.ID}}</c> and the like, of Go's templates what Docker's documentation lists
/// for tags. Pipes and functions are refused.
/// </summary>
internal static class LogTag
{
    /// <param name="otherwise">The template where the container gives none.</param>
    /// <exception cref="GantryException">InvalidArgument: a bad template.</exception>
    public static string Expand(Container container, string otherwise)
    {
        var template = container.Settings.Host.LogOptions.GetValueOrDefault("tag", "");
        template = template.Length > 0 ? template : otherwise;
        var text = new StringBuilder();
        var from = 0;
        while (template.IndexOf("{{", from, StringComparison.Ordinal) is >= 0 and var open)
        {
            text.Append(template, from, open - from);
            var close = template.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                throw GantryException.Invalid("template: log-tag:1: unclosed action");
            }

            text.Append(Value(container, template[(open + 2)..close].Trim().Trim('-').Trim(), open));
            from = close + 2;
        }

        return text.Append(template, from, template.Length - from).ToString();
    }

    private static string Value(Container container, string field, int at) => field switch
    {
        ".ID" => container.Id.Short,
        ".FullID" or ".ContainerID" => container.Id.ToString(),
        ".Name" => container.Name,
        ".ContainerName" => "/" + container.Name,
        ".ImageID" => container.ImageId.Hex[..12],
        ".ImageFullID" or ".ContainerImageID" => container.ImageId.ToString(),
        ".ImageName" or ".ContainerImageName" => container.Settings.Image,
        ".Hostname" => Environment.MachineName,
        ".Command" => string.Join(' ', container.Args),
        ".DaemonName" => "docker",
        _ when field.StartsWith('.') => throw GantryException.Invalid($"template: log-tag:1:{at + 2}: executing \"log-tag\" at <{field}>: can't evaluate field {field[1..]} in type *logger.Info"),
        _ => throw GantryException.Invalid($"template: log-tag:1: function \"{field.Split(' ')[0]}\" not defined"),
    };
}

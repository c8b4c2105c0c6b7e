using System.Text;

namespace Gantry.Compose.Planning;

/// <summary>A plan for people: one line a change, then what stays.</summary>
internal static class PlanText
{
    public static string Write(Plan plan)
    {
        var rows = new List<(string Subject, string Action, string Reason)>();
        rows.AddRange(plan.Images.Select(step => ($"Image {step.Service.Image}", step.Action == ImageAction.Pull ? "pull" : "build", step.Reason)));
        rows.AddRange(plan.Networks.Select(step => ($"Network {step.Network.Name}", step.Replace ? "recreate" : "create", step.Replace ? "configuration changed" : "")));
        rows.AddRange(plan.Volumes.Select(step => ($"Volume {step.Volume.Name}", "create", "")));
        rows.AddRange(plan.Orphans.Select(container => ($"Container {container.Name}", "remove", "orphan")));
        rows.AddRange(plan.Services.SelectMany(service => service.Steps).Where(step => step.Action != ContainerAction.Keep)
            .Select(step => ($"Container {step.Name}", Verb(step.Action), step.Reason)));
        var kept = plan.Services.SelectMany(service => service.Steps).Where(step => step.Action == ContainerAction.Keep).ToList();
        rows.AddRange(kept.Where(step => step.Reason.Length > 0).Select(step => ($"Container {step.Name}", "keep", step.Reason)));

        var text = new StringBuilder();
        var width = rows.Select(row => row.Subject.Length).DefaultIfEmpty().Max();
        foreach (var (subject, action, reason) in rows)
        {
            text.Append((subject.PadRight(width) + "  " + (reason.Length > 0 ? $"{action,-8}  ({reason})" : action)).TrimEnd()).Append('\n');
        }

        return text.Append(rows.Count == 0 ? $"Nothing to do: {kept.Count} {(kept.Count == 1 ? "container is" : "containers are")} up to date.\n"
            : $"{rows.Count(row => row.Action != "keep")} to change, {kept.Count} up to date.\n").ToString();
    }

    private static string Verb(ContainerAction action) => action.ToString().ToLowerInvariant();
}

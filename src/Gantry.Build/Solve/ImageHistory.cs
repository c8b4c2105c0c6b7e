using Gantry.Images;

namespace Gantry.Build.Solve;

/// <summary>Gives every history entry a time, as BuildKit's exporter does.</summary>
internal static class ImageHistory
{
    /// <summary>
    /// Layers have their own time; entries without a layer take the time of the first new layer when they come before it,
    /// else that of the entry before. Times come from the layers only, so an unchanged build gives the same image.
    /// </summary>
    public static IReadOnlyList<HistoryEntry> Normalize(IReadOnlyList<HistoryEntry> history)
    {
        var firstUnset = history.TakeWhile(entry => entry.Created is not null).Count();
        var time = history.Skip(firstUnset).Select(entry => entry.Created).FirstOrDefault(created => created is not null)
            ?? history.Take(firstUnset).Select(entry => entry.Created).LastOrDefault();
        List<HistoryEntry> normalized = [];
        for (var i = 0; i < history.Count; i++)
        {
            time = i > firstUnset && history[i].Created is { } own ? own : time;
            normalized.Add(history[i].Created is null ? history[i] with { Created = time } : history[i]);
        }

        return normalized;
    }
}

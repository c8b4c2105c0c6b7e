using Gantry.Core;
using Gantry.Images;
using Gantry.State;

namespace Gantry.Build.Cache;

/// <summary>The persistent memory of a builder: which step made which layer, and digests that are costly to find again.</summary>
internal sealed class StepCache(Database database, ImageStore images)
{
    private readonly DocumentTable<StepRecord> steps = database.Table("build_steps", CacheJson.Default.StepRecord);
    private readonly DocumentTable<SelectionRecord> selections = database.Table("build_selections", CacheJson.Default.SelectionRecord);
    private readonly DocumentTable<DownloadRecord> downloads = database.Table("build_downloads", CacheJson.Default.DownloadRecord);

    /// <summary>The step's record when its layer is still there.</summary>
    public StepRecord? Find(Digest key)
    {
        if (steps.Find(key.Hex) is not { } record)
        {
            return null;
        }

        if (record.Layer is { } layer && !images.Content.Contains(Digest.Parse(layer.Blob)))
        {
            steps.Delete(key.Hex);
            return null;
        }

        var used = record with { LastUsed = DateTimeOffset.UtcNow, Uses = record.Uses + 1 };
        steps.Put(key.Hex, used);
        return used;
    }

    public void Put(Digest key, StepRecord record) => steps.Put(key.Hex, record);

    public Digest? FindSelection(Digest key)
    {
        if (selections.Find(key.Hex) is not { } record)
        {
            return null;
        }

        selections.Put(key.Hex, record with { LastUsed = DateTimeOffset.UtcNow });
        return Digest.Parse(record.Digest);
    }

    public void PutSelection(Digest key, Digest digest) =>
        selections.Put(key.Hex, new SelectionRecord { Digest = digest.ToString(), LastUsed = DateTimeOffset.UtcNow });

    public DownloadRecord? FindDownload(string url) => downloads.Find(url);

    public void PutDownload(string url, DownloadRecord record) => downloads.Put(url, record);

    public IReadOnlyList<KeyValuePair<string, StepRecord>> All() => steps.All();

    /// <summary>Forgets the records with these keys, and with the last of them also the digests.</summary>
    public void Forget(IReadOnlySet<string> keys)
    {
        var kept = 0;
        database.InTransaction(() =>
        {
            foreach (var (key, _) in steps.All())
            {
                if (keys.Contains(key))
                {
                    steps.Delete(key);
                }
                else
                {
                    kept++;
                }
            }

            if (kept == 0)
            {
                foreach (var (key, _) in selections.All())
                {
                    selections.Delete(key);
                }

                foreach (var (url, _) in downloads.All())
                {
                    downloads.Delete(url);
                }
            }
        });
    }
}

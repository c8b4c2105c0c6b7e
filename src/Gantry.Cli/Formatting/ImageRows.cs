using Gantry.Api.Images;
using Gantry.Core;

namespace Gantry.Cli.Formatting;

/// <summary>Images as <c>docker images</c> lists them: a row for each tag, and for each digest when digests are shown.</summary>
internal static class ImageRows
{
    private const string None = "<none>";

    private static readonly Dictionary<string, string> Titles = new()
    {
        ["ID"] = "IMAGE ID",
        ["Repository"] = "REPOSITORY",
        ["Tag"] = "TAG",
        ["Digest"] = "DIGEST",
        ["CreatedSince"] = "CREATED",
        ["CreatedAt"] = "CREATED AT",
        ["Size"] = "SIZE",
        ["Containers"] = "CONTAINERS",
        ["VirtualSize"] = "SIZE",
        ["SharedSize"] = "SHARED SIZE",
        ["UniqueSize"] = "UNIQUE SIZE",
    };

    public static ListFormat Format(bool digests) =>
        new("{{.Repository}}\t{{.Tag}}\t" + (digests ? "{{.Digest}}\t" : "") + "{{.ID}}\t{{.CreatedSince}}\t{{.Size}}", "{{.ID}}", Titles)
        {
            Raw = ("repository: {{.Repository}}\ntag: {{.Tag}}\n" + (digests ? "digest: {{.Digest}}\n" : "") + "image_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n", "image_id: {{.ID}}"),
        };

    public static IEnumerable<Row> Of(ImageSummary image, bool digests, bool truncate)
    {
        var digestByRepository = image.RepoDigests.Select(d => Split(d, '@')).GroupBy(d => d.Name).ToDictionary(g => g.Key, g => g.First().Tag);
        var tags = image.RepoTags.Where(t => t != "<none>:<none>").Select(Tag).ToList();
        var untagged = digestByRepository.Where(d => d.Key != None && tags.TrueForAll(t => t.Name != d.Key)).ToList();
        foreach (var (repository, tag) in tags)
        {
            yield return Row(image, repository, tag, digests ? digestByRepository.GetValueOrDefault(repository, None) : None, truncate);
        }

        foreach (var (repository, digest) in untagged)
        {
            yield return Row(image, repository, None, digests ? digest : None, truncate);
        }

        if (tags.Count == 0 && untagged.Count == 0)
        {
            yield return Row(image, None, None, None, truncate);
        }
    }

    private static (string Name, string Tag) Tag(string text) =>
        ImageReference.TryParse(text, null, out var reference) ? (reference.FamiliarName, reference.Tag ?? None) : Split(text, ':');

    private static (string Name, string Tag) Split(string text, char separator)
    {
        var index = text.LastIndexOf(separator);
        return index < 0 ? (text, None) : (text[..index], text[(index + 1)..]);
    }

    private static Row Row(ImageSummary image, string repository, string tag, string digest, bool truncate)
    {
        var created = DateTimeOffset.FromUnixTimeSeconds(image.Created);
        return new Row
        {
            TypeName = "*formatter.imageContext",
            Labels = image.Labels ?? new Dictionary<string, string>(),
            ["ID"] = () => truncate ? Human.ShortId(image.Id) : image.Id,
            ["Repository"] = () => repository,
            ["Tag"] = () => tag,
            ["Digest"] = () => digest,
            ["CreatedSince"] = () => image.Created <= 0 ? "N/A" : Human.Ago(created),
            ["CreatedAt"] = () => image.Created <= 0 ? "N/A" : Human.Instant(created),
            ["Size"] = () => Human.Size(image.Size),
            ["Containers"] = () => image.Containers < 0 ? "N/A" : image.Containers.ToString(),
            ["VirtualSize"] = () => Human.Size(image.Size, 4),
            ["SharedSize"] = () => image.SharedSize < 0 ? "N/A" : Human.Size(image.SharedSize),
            ["UniqueSize"] = () => image.SharedSize < 0 ? "N/A" : Human.Size(image.Size - image.SharedSize, 4),
        };
    }
}

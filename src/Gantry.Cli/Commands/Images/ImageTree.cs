using Gantry.Api.Images;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;

namespace Gantry.Cli.Commands.Images;

/// <summary><c>image ls --tree</c>: docker's experimental view, a line a name, coloured on terminals.</summary>
internal static class ImageTree
{
    private const string Untagged = "<untagged>";
    // Docker measures the branch in bytes of UTF-8.
    private const string BranchBytes = "-------";
    private const string Branch = "├─ ";
    private const string LastBranch = "└─ ";
    private const int IdWidth = 12;

    private static readonly (string Title, int Width)[] Numbers = [("DISK USAGE", 10), ("CONTENT SIZE", 12), ("EXTRA", 5)];

    /// <exception cref="ExitException">An option is given that the view does not have.</exception>
    public static void Check(ListOptions list, bool noTruncate, bool digests)
    {
        var problem = list.Quiet ? "--quiet" : noTruncate ? "--no-trunc" : digests ? "--show-digest" : list.HasFormat ? "--format" : null;
        if (problem is not null)
        {
            throw new ExitException(1, $"{problem} is not yet supported with --tree");
        }
    }

    public static void Write(CommandContext context, IReadOnlyList<ImageSummary> images)
    {
        var style = new Style(context.Console.OutputIsTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is null or "");
        var columns = context.Console.Size.Columns;
        var room = columns - IdWidth - Numbers.Sum(n => n.Width) - (3 * (Numbers.Length + 1));
        var rows = images.OrderByDescending(i => i.Created).Select(i => (Image: i, Names: Names(i), Platforms: (i.Manifests ?? []).Where(m => m.Kind == "image" && m.ImageData is not null).ToList())).ToList();
        var width = Math.Min(Math.Max(room, Untagged.Length), rows.SelectMany(r => r.Names.Concat(r.Platforms.Select(p => BranchBytes + PlatformOf(p)))).Select(n => n.Length).DefaultIfEmpty(0).Append("IMAGE".Length).Max());
        context.Out.WriteLine(style.Warning("WARNING: This is an experimental feature. The output may change and shouldn't be depended on."));
        context.Out.WriteLine(new string(' ', Math.Max(0, columns - style.LegendWidth)) + style.Legend);
        context.Out.WriteLine();
        context.Out.WriteLine(Style.Title("IMAGE") + new string(' ', width - 5 + 3) + Style.Title("ID") + new string(' ', IdWidth - 2)
            + string.Concat(Numbers.Select(n => "   " + Style.Title(n.Title))));
        foreach (var (image, names, platforms) in rows)
        {
            foreach (var name in names.SkipLast(1))
            {
                context.Out.WriteLine(style.Name(Human.Ellipsis(name, width)));
            }

            var last = Human.Ellipsis(names[^1], width);
            context.Out.WriteLine(style.Name(last) + new string(' ', width - last.Length + 3) + style.Value(Human.ShortId(image.Id))
                + Right(style, Human.Size(image.Size), Numbers[0].Width) + Right(style, Human.Size(platforms.Where(p => p.Available).Sum(p => p.Size.Content)), Numbers[1].Width) + "   " + style.Used(platforms.Exists(p => p.ImageData!.Containers.Count > 0) || (platforms.Count == 0 && image.Containers > 0)));
            foreach (var (index, platform) in platforms.Index())
            {
                var text = Human.Ellipsis((index == platforms.Count - 1 ? LastBranch : Branch) + PlatformOf(platform), width);
                context.Out.WriteLine(style.Value(text) + new string(' ', width - text.Length + 3) + style.Value(Human.ShortId(platform.ID))
                    + Right(style, Human.Size(platform.Size.Total), Numbers[0].Width) + Right(style, Human.Size(platform.Size.Content), Numbers[1].Width) + "   " + style.Used(platform.ImageData!.Containers.Count > 0));
            }

            if (platforms.Count > 0)
            {
                context.Out.WriteLine();
            }
        }
    }

    private static string PlatformOf(ImageManifestSummary manifest) => manifest.ImageData!.Platform is var p && p.Variant is { Length: > 0 } ? $"{p.Os}/{p.Architecture}/{p.Variant}" : $"{p.Os}/{p.Architecture}";

    private static string Right(Style style, string text, int width) => new string(' ', 3 + Math.Max(0, width - text.Length)) + style.Value(text);

    private static IReadOnlyList<string> Names(ImageSummary image) =>
        image.RepoTags.Where(t => t != "<none>:<none>").ToList() is { Count: > 0 } tags ? tags : [Untagged];

    // Docker paints the titles always and the rest on terminals only.
    private readonly record struct Style(bool Colours)
    {
        public string Legend => Colours ? "\e[1m\e[106m\e[30mi\e[0m\e[0m \e[96mInfo → \e[0m\e[0m \e[38;5;0m\e[48;5;14m U \e[0m In Use " : "Info ->  U In Use ";

        public int LegendWidth => Colours ? "i Info →   U  In Use ".Length : Legend.Length;

        public string Used(bool used) => !used ? "     " : Colours ? "\e[38;5;0m\e[48;5;14m U \e[0m  " : "U    ";

        public static string Title(string text) => $"\e[39m\e[1m{text}\e[0m";

        public string Warning(string text) => Colours ? $"\e[93m{text}\e[0m" : text;

        public string Name(string text) => !Colours ? text : text == Untagged ? $"\e[39m\e[2m{text}\e[0m" : $"\e[34m\e[1m{text}\e[0m";

        public string Value(string text) => Colours ? $"\e[39m{text}\e[0m" : text;
    }
}

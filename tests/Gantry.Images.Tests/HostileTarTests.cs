using System.Text;
using Gantry.Core;
using Gantry.Linux.Files;

namespace Gantry.Images.Tests;

[Trait("Ring", "integration")]
public sealed class HostileTarTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gantry-hostile-").FullName;
    private readonly string root;
    private readonly string secret;

    public HostileTarTests()
    {
        root = Directory.CreateDirectory(Path.Combine(folder, "root")).FullName;
        secret = Path.Combine(folder, "secret");
        File.WriteAllText(secret, "secret");
    }

    public void Dispose() => FileSystem.RemoveTree(folder);

    [Fact]
    public async Task Names_with_dots_stay_inside()
    {
        await ExtractAsync(Regular("../../../../secret", "evil"), Regular("a/../../secret2", "evil"), Regular("/etc/abs", "evil"));
        Assert.Equal("evil", File.ReadAllText(Path.Combine(root, "secret")));
        Assert.True(File.Exists(Path.Combine(root, "secret2")));
        Assert.True(File.Exists(Path.Combine(root, "etc", "abs")));
        Unharmed();
    }

    [Fact]
    public async Task Writing_through_a_symbolic_link_stays_inside()
    {
        await ExtractAsync(Link("up", ".."), Regular("up/secret", "evil"), Link("abs", folder), Directory_("abs/x"), Link("inside", "real"), Directory_("real"), Regular("inside/f", "ok"));
        Unharmed();
        Assert.Equal("ok", File.ReadAllText(Path.Combine(root, "real", "f")));
        Assert.False(Directory.Exists(Path.Combine(folder, "x")));
    }

    [Fact]
    public async Task A_link_as_the_last_name_is_replaced_and_not_followed()
    {
        await ExtractAsync(Link("f", "../secret"), Regular("f", "evil"), Link("d", ".."), Directory_("d"), Regular("d/secret", "evil"));
        Unharmed();
        Assert.Null(new FileInfo(Path.Combine(root, "f")).LinkTarget);
    }

    [Fact]
    public async Task A_hard_link_cannot_reach_outside()
    {
        foreach (var target in new[] { "../secret", secret, "up/secret" })
        {
            var error = await Assert.ThrowsAsync<GantryException>(() => ExtractAsync(Link("up", ".."), Hard("h", target), Regular("h", "evil")));
            Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        }

        Unharmed();
    }

    [Fact]
    public async Task Writing_after_a_hard_link_to_a_link_does_not_follow_it()
    {
        await ExtractAsync(Link("l", "../secret"), Hard("h", "l"), Regular("h", "evil"));
        Unharmed();
    }

    [Fact]
    public async Task Removing_a_directory_for_a_file_does_not_follow_links_in_it()
    {
        Directory.CreateDirectory(Path.Combine(root, "d", "deep"));
        File.CreateSymbolicLink(Path.Combine(root, "d", "deep", "out"), folder);
        await ExtractAsync(Regular("d", "now a file"));
        Unharmed();
        Assert.Equal("now a file", File.ReadAllText(Path.Combine(root, "d")));
    }

    [Fact]
    public async Task Overlay_redirects_in_an_archive_are_dropped()
    {
        var entry = Directory_("d").Entry with { Attributes = [new ExtendedAttribute("trusted.overlay.redirect"u8.ToArray(), "/etc"u8.ToArray()), new ExtendedAttribute("user.ok"u8.ToArray(), "1"u8.ToArray())] };
        await ExtractAsync((entry, ""));
        Assert.Equal("user.ok", Shell.Run("python3 -c \"import os; print(*os.listxattr('d'))\"", root).Trim());
    }

    [Fact]
    public async Task Docker_cp_does_not_replace_a_directory_by_a_file()
    {
        Directory.CreateDirectory(Path.Combine(root, "d"));
        var error = await Assert.ThrowsAsync<GantryException>(() => ExtractAsync(new TarExtractOptions { NoOverwriteDirNonDir = true }, Regular("d", "x")));
        Assert.Contains("cannot overwrite directory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_of_a_path_through_links_stays_inside()
    {
        File.CreateSymbolicLink(Path.Combine(root, "up"), "../");
        var error = await Assert.ThrowsAsync<GantryException>(() => ImageArchive.ExportAsync(root, "/up/secret", Stream.Null, CancellationToken.None));
        Assert.Equal(ErrorKind.NotFound, error.Kind);
    }

    private static (TarEntry Entry, string Content) Regular(string name, string content) =>
        (new TarEntry { Name = Encoding.UTF8.GetBytes(name), Type = TarEntryType.Regular, Mode = 0x1A4, Size = content.Length }, content);

    private static (TarEntry Entry, string Content) Link(string name, string target) =>
        (new TarEntry { Name = Encoding.UTF8.GetBytes(name), Type = TarEntryType.SymbolicLink, LinkName = Encoding.UTF8.GetBytes(target) }, "");

    private static (TarEntry Entry, string Content) Hard(string name, string target) =>
        (new TarEntry { Name = Encoding.UTF8.GetBytes(name), Type = TarEntryType.HardLink, LinkName = Encoding.UTF8.GetBytes(target) }, "");

    private static (TarEntry Entry, string Content) Directory_(string name) =>
        (new TarEntry { Name = Encoding.UTF8.GetBytes(name), Type = TarEntryType.Directory, Mode = 0x1ED }, "");

    private Task ExtractAsync(params (TarEntry Entry, string Content)[] members) => ExtractAsync(new TarExtractOptions(), members);

    private async Task ExtractAsync(TarExtractOptions options, params (TarEntry Entry, string Content)[] members)
    {
        using var stream = new MemoryStream();
        var writer = new TarWriter(stream);
        foreach (var (entry, content) in members)
        {
            await writer.WriteHeaderAsync(entry, default);
            await writer.WriteStreamAsync(new MemoryStream(Encoding.UTF8.GetBytes(content)), content.Length, default);
        }

        await writer.CompleteAsync(default);
        stream.Position = 0;
        await TarExtractor.ExtractAsync(stream, root, "/", options, CancellationToken.None);
    }

    private void Unharmed()
    {
        Assert.Equal("secret", File.ReadAllText(secret));
        Assert.Equal(["root", "secret"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order());
    }
}

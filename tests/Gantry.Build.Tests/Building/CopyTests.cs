using Gantry.Core;

namespace Gantry.Build.Tests.Building;

[Trait("Ring", "integration")]
public sealed class CopyTests : IDisposable
{
    private readonly BuildLab lab = new();

    public CopyTests()
    {
        lab.Write("f", "F");
        lab.Write("g", "G");
        lab.Write("d/a", "A");
        lab.Write("d/sub/b", "B");
        lab.Link("link-to-d", "d");
        lab.Link("link-to-f", "f");
        lab.Link("d/inner", "a");
        lab.Link("escape", "../../../../../etc");
        lab.Link("dangling", "nowhere");
    }

    public void Dispose() => lab.Dispose();

    // What Docker 28.5.2 makes of the same lines.
    [Theory]
    [InlineData("COPY f /x", "/x F")]
    [InlineData("COPY f /x/", "/x/ | /x/f F")]
    [InlineData("COPY f g /x/", "/x/ | /x/f F | /x/g G")]
    [InlineData("COPY d /x", "/x/ | /x/a A | /x/inner -> a | /x/sub/ | /x/sub/b B")]
    [InlineData("COPY d/ /x/", "/x/ | /x/a A | /x/inner -> a | /x/sub/ | /x/sub/b B")]
    [InlineData("COPY d/sub d/a /x/", "/x/ | /x/a A | /x/b B")]
    [InlineData("COPY link-to-d /x", "/x/ | /x/a A | /x/inner -> a | /x/sub/ | /x/sub/b B")]
    [InlineData("COPY link-to-d/sub /x", "/x/ | /x/b B")]
    [InlineData("COPY link-to-f /x", "/x F")]
    [InlineData("COPY link-to-f /x/", "/x/ | /x/link-to-f F")]
    [InlineData("COPY d/inner /x", "/x A")]
    [InlineData("COPY [f-g] /x/", "/x/ | /x/f F | /x/g G")]
    [InlineData("COPY ? /x/", "/x/ | /x/a A | /x/f F | /x/g G | /x/inner -> a | /x/sub/ | /x/sub/b B")]
    [InlineData("COPY d/* /x/", "/x/ | /x/a A | /x/b B | /x/inner A")]
    [InlineData("COPY */b* /x/", "")]
    [InlineData("COPY d/s*/b /x/", "/x/ | /x/b B")]
    [InlineData("COPY nomatch* /x/", "")]
    [InlineData("COPY ../../f /x", "/x F")]
    [InlineData("COPY /f /x", "/x F")]
    [InlineData("WORKDIR /w\nCOPY f .", "/w/ | /w/f F")]
    [InlineData("WORKDIR /w\nCOPY f ./", "/w/ | /w/f F")]
    [InlineData("WORKDIR /w\nCOPY f n", "/w/ | /w/n F")]
    [InlineData("WORKDIR /w\nCOPY d/sub ../v", "/v/ | /v/b B | /w/")]
    [InlineData("COPY [\"f\", \"/with space\"]", "/with space F")]
    [InlineData("COPY f /x\nCOPY g /x", "/x G")]
    [InlineData("COPY d/sub /x\nCOPY f /x", "/x/ | /x/b B | /x/f F")]
    [InlineData("COPY --exclude=sub d /x", "/x/ | /x/a A | /x/inner -> a")]
    [InlineData("COPY --exclude=* --exclude=!sub/b d /x", "/x/ | /x/sub/ | /x/sub/b B")]
    [InlineData("COPY --parents d/sub/b /x/", "/x/ | /x/d/ | /x/d/sub/ | /x/d/sub/b B")]
    [InlineData("COPY --parents d/./sub/b /x/", "/x/ | /x/sub/ | /x/sub/b B")]
    [InlineData("COPY --parents d/*/b f /x/", "/x/ | /x/d/ | /x/d/sub/ | /x/d/sub/b B | /x/f F")]
    [InlineData("ENV S=f D=/x\nCOPY $S ${D}y", "/xy F")]
    [InlineData("ADD f /x", "/x F")]
    [InlineData("COPY <<a /x\n1 $PATH_\n\"q\"\na", "/x 1 \n\"q\"\n")]
    [InlineData("COPY <<'a' <<b /x/\n$A\na\nB\nb", "/x/ | /x/a $A\n | /x/b B\n")]
    public async Task Copies_as_Docker_does(string instructions, string expected)
    {
        var image = await lab.BuildAsync("FROM scratch\n" + instructions + "\n");
        Assert.Equal(expected.Length == 0 ? [] : expected.Split(" | "), await lab.ListAsync(image));
    }

    [Theory]
    [InlineData("COPY nope /x", "failed to compute cache key: failed to calculate checksum of ref: \"/nope\": not found")]
    [InlineData("COPY dangling /x", "failed to compute cache key: failed to calculate checksum of ref: \"/dangling\": not found")]
    [InlineData("COPY dang* /x/", "failed to compute cache key: failed to calculate checksum of ref: \"/dangling\": not found")]
    [InlineData("COPY escape /x", "failed to compute cache key: failed to calculate checksum of ref: \"/escape\": not found")]
    [InlineData("COPY f g /x", "When using COPY with more than one source file, the destination must be a directory and end with a /")]
    [InlineData("COPY f /x\nCOPY d /x", "cannot copy to non-directory: /x")]
    [InlineData("COPY d/sub /x/f\nCOPY f /x/", "cannot replace to directory f with file")]
    [InlineData("COPY --chown=nobody f /x", "unable to convert uid/gid chown string to host mapping: can't find uid for user nobody: no such user: nobody")]
    [InlineData("COPY --chmod=9 f /x", "invalid chmod parameter: '9'. it should be octal string and between 0 and 07777")]
    [InlineData("COPY --from=3 f /x", "invalid stage index 3")]
    [InlineData("ADD --checksum=sha256:00 f /x", "checksum requires HTTP(S) or Git sources")]
    public async Task Refuses_what_cannot_be_copied(string instructions, string message)
    {
        var error = await Assert.ThrowsAsync<GantryException>(() => lab.BuildAsync("FROM scratch\n" + instructions + "\n"));
        Assert.Equal(message, error.Message);
        Assert.Empty(lab.Snapshots.All());
    }

    [Fact]
    public async Task Gives_context_files_to_root_and_keeps_modes_and_times()
    {
        lab.Write("s", "S", "4750");
        var then = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Path.Combine(lab.Context, "s"), then);
        var image = await lab.BuildAsync("FROM scratch\nCOPY s /s\nCOPY --chown=1 s /t/\nCOPY --chown=1:2 --chmod=640 d /u\n");
        Assert.Equal(
            ["/s S 4750 0:0", "/t/ 755 1:1", "/t/s S 4750 1:1", "/u/ 640 1:2", "/u/a A 640 1:2", "/u/inner -> a 777 1:2", "/u/sub/ 640 1:2", "/u/sub/b B 640 1:2"],
            await lab.ListAsync(image, details: true));
    }

    [Fact]
    public async Task Finds_owners_by_name_in_the_stage()
    {
        lab.Write("passwd", "root:x:0:0::/:\napp:x:5:6::/:\n");
        lab.Write("group", "staff:x:50:\n");
        var image = await lab.BuildAsync("FROM scratch\nCOPY passwd group /etc/\nCOPY --chown=app f /1\nCOPY --chown=app:staff f /2\nCOPY --chown=7:staff f /3\nUSER app\nWORKDIR /home/app\n");
        Assert.Equal(["/1 F 644 5:6", "/2 F 644 5:50", "/3 F 644 7:50", "/home/ 755 5:6", "/home/app/ 755 5:6"], (await lab.ListAsync(image, details: true)).Where(line => !line.StartsWith("/etc", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Keeps_owners_of_stages_and_hard_links()
    {
        lab.Executor.On("links", step =>
        {
            Directory.CreateDirectory(step.RootDirectory + "/h");
            File.WriteAllText(step.RootDirectory + "/h/1", "one");
            using var directory = new Linux.Files.RootDirectory(step.RootDirectory + "/h");
            using var file = directory.Open("1", Linux.Files.OpenFlags.ReadOnly);
            Linux.Files.FileSystem.ChangeOwner(file, 3, 4);
            Linux.Files.FileSystem.TryMakeHardLink(file, directory.Descriptor, "2"u8);
        });
        var image = await lab.BuildAsync("FROM scratch AS a\nRUN links\nFROM scratch\nCOPY --from=a /h /h\n");
        Assert.Equal(["/h/ 755 0:0", "/h/1 one 644 3:4", "/h/2 one 644 3:4"], await lab.ListAsync(image, details: true));
    }

    [Fact]
    public async Task Never_follows_links_of_the_image_out_of_it()
    {
        var outside = Path.Combine(lab.Context, "outside");
        Directory.CreateDirectory(outside);
        lab.Executor.On("links", step =>
        {
            File.CreateSymbolicLink(step.RootDirectory + "/abs", outside);
            File.CreateSymbolicLink(step.RootDirectory + "/up", "../../../../../../../.." + outside);
            File.CreateSymbolicLink(step.RootDirectory + "/file", outside + "/file");
        });
        var image = await lab.BuildAsync("FROM scratch\nRUN links\nCOPY f /abs/\nCOPY g /up/\nCOPY f /file\nWORKDIR /abs/w\n");
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
        Assert.Contains(outside + "/f F", await lab.ListAsync(image));
        Assert.Contains(outside + "/file F", await lab.ListAsync(image));
        Assert.Contains(outside + "/w/", await lab.ListAsync(image));
    }

    [Fact]
    public async Task Refuses_to_copy_a_directory_into_a_link()
    {
        lab.Executor.On("links", step =>
        {
            Directory.CreateDirectory(step.RootDirectory + "/x");
            File.CreateSymbolicLink(step.RootDirectory + "/x/sub", "/");
        });
        var error = await Assert.ThrowsAsync<GantryException>(() => lab.BuildAsync("FROM scratch\nRUN links\nCOPY d /x\n"));
        Assert.StartsWith("cannot copy to non-directory: ", error.Message);
    }

    [Fact]
    public async Task Leaves_out_what_dockerignore_names()
    {
        lab.Write(".dockerignore", "*\n!d/sub\n");
        Assert.Equal(["/x/", "/x/d/", "/x/d/sub/", "/x/d/sub/b B"], await lab.ListAsync(await lab.BuildAsync("FROM scratch\nCOPY . /x\n")));
        await Assert.ThrowsAsync<GantryException>(() => lab.BuildAsync("FROM scratch\nCOPY f /x\n"));

        lab.Write("Dockerfile", "FROM scratch\nCOPY . /x\n");
        lab.Write("Dockerfile.dockerignore", "**\n!g\n");
        Assert.Equal(["/x/", "/x/g G"], await lab.ListAsync(await lab.BuildAsync("", request => request with { DockerfileText = null })));
    }

    [Fact]
    public async Task Unpacks_local_archives_of_ADD_only()
    {
        using (var tar = new System.Formats.Tar.TarWriter(File.Create(Path.Combine(lab.Context, "a.tar"))))
        {
            tar.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "dir/file") { DataStream = new MemoryStream("T"u8.ToArray()), Uid = 9, Gid = 8, Mode = (UnixFileMode)416 });
        }

        using (var zip = new System.IO.Compression.GZipStream(File.Create(Path.Combine(lab.Context, "a.tgz")), System.IO.Compression.CompressionLevel.Fastest))
        {
            zip.Write(await File.ReadAllBytesAsync(Path.Combine(lab.Context, "a.tar")));
        }

        lab.Write("broken.tgz", "not a tar");
        var image = await lab.BuildAsync("FROM scratch\nADD a.tar /t/\nADD a.tgz /z\nADD --chown=1:1 a.tar /o/\nADD broken.tgz /b/\nADD --unpack=false a.tar /n/\nCOPY a.tar /c/\n");
        var files = await lab.ListAsync(image, details: true);
        Assert.Contains("/t/dir/file T 640 9:8", files);
        Assert.Contains("/z/dir/file T 640 9:8", files);
        Assert.Contains("/o/dir/file T 640 1:1", files);
        Assert.Contains("/b/broken.tgz not a tar 644 0:0", files);
        Assert.Contains(files, line => line.StartsWith("/n/a.tar ", StringComparison.Ordinal));
        Assert.Contains(files, line => line.StartsWith("/c/a.tar ", StringComparison.Ordinal));
    }
}

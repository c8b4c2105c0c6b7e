using Gantry.Core;
using Gantry.Linux.Files;

namespace Gantry.Images.Tests;

[Trait("Ring", "integration")]
public sealed class TarFormatTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gantry-tar-").FullName;

    public void Dispose() => FileSystem.RemoveTree(folder);

    [Theory]
    [InlineData("gnu")]
    [InlineData("pax")]
    [InlineData("ustar")]
    [InlineData("v7")]
    public async Task A_tree_that_tar_wrote_is_the_same_after_extraction(string format)
    {
        var longName = format is "gnu" or "pax" ? new string('n', 180) : "short";
        Shell.Run($"""
            mkdir -p src/dir/sub src/{longName} && cd src
            printf hello > dir/file; chmod 4755 dir/file; ln dir/file dir/hard; ln -s ../../etc/passwd dir/sub/link
            : > {longName}/empty; printf x > {longName}/x; chown 12:34 {longName}/x; chmod 1777 {longName}
            touch -d @1234567890 dir/file {longName}; head -c 700000 /dev/urandom > big
            cd .. && tar --format={format} -C src -cf a.tar .
            mkdir want && tar -xpf a.tar -C want
            """, folder);
        await ExtractAsync("a.tar");
        Assert.Equal(Listing("want"), Listing("out"));
        Shell.Run("diff -r --no-dereference want out", folder);
    }

    [Theory]
    [InlineData("--format=gnu")]
    [InlineData("--format=pax --sparse-version=0.0")]
    [InlineData("--format=pax --sparse-version=0.1")]
    [InlineData("--format=pax --sparse-version=1.0")]
    public async Task Sparse_files_of_every_format_keep_content_and_holes(string format)
    {
        Shell.Run($"""
            mkdir src && truncate -s 50M src/sparse
            for i in $(seq 0 40); do printf "block $i" | dd of=src/sparse bs=1 seek=$((i * 1000003)) conv=notrunc status=none; done
            printf after > src/tail
            tar -S {format} -C src -cf a.tar sparse tail
            """, folder);
        await ExtractAsync("a.tar");
        Shell.Run("cmp src/sparse out/sparse && cmp src/tail out/tail && test $(stat -c %b out/sparse) -lt 2000", folder);
    }

    [Fact]
    public async Task Binary_attributes_devices_and_fifos_survive_our_writer_and_reader()
    {
        Shell.Run("""
            mkdir -p src/d && cd src && printf cap > cap && mkfifo -m 640 fifo && mknod -m 600 null c 1 3 && mknod block b 7 300
            python3 -c 'import os; os.setxattr("cap", "security.capability", bytes.fromhex("0100000200040000000000000000000000000000")); os.setxattr("cap", "user.bin", bytes([0,10,255,61,32]))'
            printf 'a' > "$(printf 'not-utf8-\377')"; ln -s "$(printf '%0150d' 7)" long-link; touch -d @-5 old
            """, folder);
        await using (var output = File.Create(Path.Combine(folder, "b.tar")))
        {
            await ImageArchive.ExportAsync(Path.Combine(folder, "src"), "/", output, CancellationToken.None);
        }

        await ExtractAsync("b.tar");
        Assert.Equal(Listing("src"), Listing("out"));
        Shell.Run("tar --xattrs --xattrs-include='*' -xpf b.tar -C $(mkdir ref && echo ref)", folder);
        Assert.Equal(Listing("ref"), Listing("out"));
        const string attributes = "import os,sys; p=sys.argv[1]+'/cap'; print(sorted((n, os.getxattr(p, n).hex()) for n in os.listxattr(p)))";
        Assert.Equal(Shell.Run($"python3 -c \"{attributes}\" src", folder), Shell.Run($"python3 -c \"{attributes}\" out", folder));
        Assert.Contains("000aff3d20", Shell.Run($"python3 -c \"{attributes}\" out", folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_tar_of_the_same_tree_is_the_same_bytes()
    {
        Shell.Run("mkdir -p src/b src/a && printf 1 > src/b/1 && printf 2 > src/a/2 && cp -a src copy", folder);
        using MemoryStream first = new(), second = new();
        await ImageArchive.ExportAsync(Path.Combine(folder, "src"), "/", first, CancellationToken.None);
        await ImageArchive.ExportAsync(Path.Combine(folder, "copy"), "/", second, CancellationToken.None);
        Assert.Equal(Digest.Of(first.ToArray()), Digest.Of(second.ToArray()));
    }

    [Theory]
    [InlineData("gzip -c")]
    [InlineData("zstd -qc")]
    public async Task Compressed_archives_are_recognised(string compressor)
    {
        Shell.Run($"mkdir src && printf x > src/f && tar -C src -c . | {compressor} > a.tar", folder);
        await ExtractAsync("a.tar");
        Assert.Equal("x", File.ReadAllText(Path.Combine(folder, "out", "f")));
    }

    [Fact]
    public async Task Every_truncation_and_random_damage_is_an_error_of_the_archive_not_a_crash()
    {
        Shell.Run("mkdir src && printf hello > src/f && mkdir src/d && ln -s f src/l && head -c 3000 /dev/urandom > src/d/r && tar --format=pax -C src -cf a.tar f d l", folder);
        var whole = File.ReadAllBytes(Path.Combine(folder, "a.tar"));
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var damaged = (byte[])whole.Clone();
            for (var i = 0; i < 4; i++)
            {
                damaged[random.Next(4096)] = (byte)random.Next(256);
            }

            var cut = damaged[..random.Next(damaged.Length)];
            try
            {
                await TarExtractor.ExtractAsync(new MemoryStream(cut), Out(), "/", new TarExtractOptions(), CancellationToken.None);
            }
            catch (GantryException e)
            {
                Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
            }
        }
    }

    [Fact]
    public async Task Pax_records_count_their_own_length()
    {
        foreach (var length in Enumerable.Range(1, 1200))
        {
            using var stream = new MemoryStream();
            var writer = new TarWriter(stream);
            var entry = new TarEntry { Name = "f"u8.ToArray(), Type = TarEntryType.Regular, Attributes = [new ExtendedAttribute("user.x"u8.ToArray(), new byte[length])] };
            await writer.WriteHeaderAsync(entry, default);
            await writer.CompleteAsync(default);
            var read = (await new TarReader(new MemoryStream(stream.ToArray())).NextAsync(default))!;
            Assert.Equal(length, Assert.Single(read.Attributes).Value.Length);
        }
    }

    private string Out() => Directory.CreateDirectory(Path.Combine(folder, "out")).FullName;

    private async Task ExtractAsync(string name)
    {
        await using var tar = File.OpenRead(Path.Combine(folder, name));
        await TarExtractor.ExtractAsync(tar, Out(), "/", new TarExtractOptions(), CancellationToken.None);
    }

    // Type, mode, owner, links, seconds of modification, device and link target of everything but the root.
    private string Listing(string name) =>
        Shell.Run("find . -mindepth 1 -type d -printf '%p %y %m %U:%G %T@ %l\\n' -o -mindepth 1 -printf '%p %y %m %U:%G %n %s %T@ %l\\n' | sed 's/\\.[0-9]* / /' | sort; find . -type b -o -type c | sort | xargs -r stat -c '%n %t:%T'", Path.Combine(folder, name));
}

using System.Runtime.CompilerServices;
using System.Text;
using Gantry.Linux.Files;

namespace Gantry.Linux.Tests.Files;

[Trait("Ring", "integration")]
public sealed class FileSystemTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gantry-files-").FullName;
    private readonly FileDescriptor directory;

    public FileSystemTests() => directory = FileSystem.OpenDirectory(folder);

    public void Dispose()
    {
        directory.Dispose();
        FileSystem.RemoveTree(folder);
    }

    [Fact]
    public void Structures_are_as_large_as_the_kernels()
    {
        Assert.Equal(256, Unsafe.SizeOf<FileNative.Statx>());
        Assert.Equal(24, Unsafe.SizeOf<FileNative.OpenHow>());
        Assert.Equal(16, Unsafe.SizeOf<FileNative.TimeSpec>());
    }

    [Fact]
    public void Status_reads_back_what_was_set()
    {
        using var file = FileSystem.Open(directory, "f"u8, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, 0x180);
        FileSystem.Write(file, "hello"u8, 3);
        FileSystem.ChangeOwner(file, 12, 34);
        FileSystem.ChangeMode(file, 0x9ED);
        FileSystem.SetTime(file, new FileTime(-5, 7));
        var status = FileSystem.FindStatus(directory, "f"u8)!.Value;
        Assert.Equal((FileType.Regular, 0x9ED, 12, 34, 8L, new FileTime(-5, 7), 1u), (status.Type, status.Mode, status.Uid, status.Gid, status.Size, status.Modified, status.Links));
    }

    [Fact]
    public void A_path_only_descriptor_takes_mode_owner_time_and_attributes()
    {
        FileSystem.TryMakeNode(directory, "n"u8, FileType.CharacterDevice, 0x180, 1, 3);
        using var node = FileSystem.Open(directory, "n"u8, OpenFlags.Path | OpenFlags.NoFollow);
        FileSystem.ChangeMode(node, 0x1B6);
        FileSystem.ChangeOwner(node, 5, 6);
        FileSystem.SetTime(node, new FileTime(99));
        var status = FileSystem.Status(node);
        Assert.Equal((0x1B6, 5, 6, (1u, 3u), new FileTime(99)), (status.Mode, status.Uid, status.Gid, status.Represents, status.Modified));
        Assert.True(FileSystem.TrySetAttribute(node, "trusted.x"u8, [1, 0, 2]));
    }

    [Fact]
    public void Attributes_are_any_bytes_of_any_length()
    {
        using var file = FileSystem.Open(directory, "f"u8, OpenFlags.ReadWrite | OpenFlags.Create, 0x180);
        var value = new byte[1500];
        Random.Shared.NextBytes(value);
        Assert.True(FileSystem.TrySetAttribute(file, "user.long"u8, value));
        Assert.Equal(value, FileSystem.FindAttribute(file, "user.long"u8));
        Assert.Null(FileSystem.FindAttribute(file, "user.none"u8));
        Assert.Equal("user.long", Encoding.UTF8.GetString(Assert.Single(FileSystem.AttributeNames(file))));
    }

    [Fact]
    public void Directories_are_read_whole_and_trees_removed_without_following_links()
    {
        Directory.CreateDirectory(Path.Combine(folder, "t", "deep"));
        for (var i = 0; i < 2000; i++)
        {
            FileSystem.TryMakeNode(directory, Encoding.ASCII.GetBytes($"t/{i:D40}"), FileType.Regular, 0x180);
        }

        FileSystem.TryMakeDirectory(directory, "kept"u8, 0x1C0);
        FileSystem.TryMakeSymbolicLink(directory, "t/deep/link"u8, Encoding.UTF8.GetBytes(Path.Combine(folder, "kept")));
        File.WriteAllText(Path.Combine(folder, "kept", "f"), "");
        using (var tree = FileSystem.Open(directory, "t"u8, OpenFlags.ReadOnly | OpenFlags.Directory))
        {
            Assert.Equal(2001, FileSystem.ReadDirectory(tree).Count);
        }

        FileSystem.RemoveTree(directory, "t"u8);
        Assert.Equal("kept", Encoding.UTF8.GetString(Assert.Single(FileSystem.ReadDirectory(directory)).Name));
        Assert.True(File.Exists(Path.Combine(folder, "kept", "f")));
    }

    [Fact]
    public void Errors_carry_the_errno_and_the_name()
    {
        var error = Assert.Throws<LinuxException>(() => FileSystem.Open(directory, "none"u8, OpenFlags.ReadOnly));
        Assert.Equal((Errno.ENOENT, "openat2"), (error.Errno, error.Call));
        Assert.Throws<LinuxException>(() => FileSystem.Open(directory, "a\0b"u8, OpenFlags.ReadOnly));
        Assert.False(FileSystem.TryMakeDirectory(directory, "d"u8, 0x1C0) && FileSystem.TryMakeDirectory(directory, "d"u8, 0x1C0));
    }

    [Fact]
    public void A_root_directory_keeps_links_and_dots_inside()
    {
        Directory.CreateDirectory(Path.Combine(folder, "root", "etc"));
        File.WriteAllText(Path.Combine(folder, "root", "etc", "hostname"), "inner");
        File.CreateSymbolicLink(Path.Combine(folder, "root", "abs"), "/etc/hostname");
        File.CreateSymbolicLink(Path.Combine(folder, "root", "up"), "../../../../etc");
        File.CreateSymbolicLink(Path.Combine(folder, "root", "dangling"), "/made/here");
        using var root = new RootDirectory(Path.Combine(folder, "root"));
        Assert.Equal("inner"u8.ToArray(), root.FindContent("/abs"));
        Assert.Equal("inner"u8.ToArray(), root.FindContent("up/hostname"));
        Assert.Equal("inner"u8.ToArray(), root.FindContent("../../etc/hostname"));
        Assert.Equal("/etc/hostname", root.FindLinkTarget("abs"));
        Assert.Null(root.FindContent("/etc"));
        Assert.Null(root.FindStatus("/etc/hostname/x", followLast: true));
        root.MakeDirectories("dangling/sub"u8).Dispose();
        Assert.True(Directory.Exists(Path.Combine(folder, "root", "made", "here", "sub")));
    }

    [Theory]
    [InlineData("1969-12-31T23:59:58.5Z", -2, 500_000_000)]
    [InlineData("2001-09-09T01:46:40.0000001Z", 1_000_000_000, 100)]
    public void Times_convert_both_ways(string text, long seconds, uint nanoseconds)
    {
        var instant = DateTimeOffset.Parse(text);
        Assert.Equal(new FileTime(seconds, nanoseconds), FileTime.From(instant));
        Assert.Equal(instant, FileTime.From(instant).ToDateTimeOffset());
    }
}

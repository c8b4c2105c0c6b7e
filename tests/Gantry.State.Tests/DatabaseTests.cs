using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;

namespace Gantry.State.Tests;

public sealed partial class DatabaseTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gantry-state-").FullName;

    private string Path => System.IO.Path.Combine(folder, "state.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Documents_outlive_the_database_object()
    {
        using (var database = Database.Open(Path))
        {
            Table(database).Put("a", new Note("first"));
            Table(database).Put("a", new Note("second"));
        }

        using var again = Database.Open(Path);
        Assert.Equal(new Note("second"), Table(again).Find("a"));
        Assert.Null(Table(again).Find("b"));
    }

    [Fact]
    public void A_failed_transaction_changes_nothing()
    {
        using var database = Database.Open(Path);
        var table = Table(database);
        Assert.Throws<InvalidOperationException>(() => database.InTransaction(() =>
        {
            table.Put("a", new Note("lost"));
            throw new InvalidOperationException();
        }));
        Assert.Empty(table.All());
    }

    [Fact]
    public void What_cannot_be_read_is_kept_in_quarantine()
    {
        using (var database = Database.Open(Path))
        {
            Table(database).Put("good", new Note("x"));
            Table(database).Put("bad", new Note("x"));
        }

        Execute("UPDATE notes SET document = CAST('{\"Text\":' AS BLOB) WHERE key = 'bad'");
        using (var database = Database.Open(Path))
        {
            Assert.Equal(["good"], Table(database).All().Select(pair => pair.Key));
            Assert.Equal(["bad"], Table(database).Quarantined());
        }

        Assert.Equal("{\"Text\":", Execute("SELECT CAST(document AS TEXT) FROM quarantine WHERE source = 'notes' AND key = 'bad'"));
    }

    [Fact]
    public void Writers_on_several_threads_lose_nothing()
    {
        using var database = Database.Open(Path);
        var table = Table(database);
        Parallel.For(0, 200, index => table.Put($"{index}", new Note($"{index}")));
        Assert.Equal(200, table.All().Count);
        Assert.True(table.Delete("7"));
        Assert.False(table.Delete("7"));
    }

    private static DocumentTable<Note> Table(Database database) => database.Table("notes", NotesJson.Default.Note);

    private string? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Literals of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar() as string;
    }

    internal sealed record Note(string Text);

    [JsonSerializable(typeof(Note))]
    internal sealed partial class NotesJson : JsonSerializerContext;
}

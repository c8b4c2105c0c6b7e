using System.Text.Json.Serialization.Metadata;
using Microsoft.Data.Sqlite;

namespace Gantry.State;

/// <summary>
/// The daemon's one SQLite database (WAL, synchronous NORMAL): tables of JSON documents by key, changed in transactions.
/// Safe for use from several threads: one connection behind one lock, since a write takes about ten microseconds.
/// </summary>
public sealed class Database : IDisposable
{
    private readonly SqliteConnection connection;

    private Database(SqliteConnection connection) => this.connection = connection;

    internal Lock Gate { get; } = new();

    /// <summary>Opens the database, creating it and its folder when missing.</summary>
    public static Database Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            var database = new Database(connection);
            database.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;");
            return database;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A table of documents of one type, created when missing. Names are literals of this code base, never input.</summary>
    public DocumentTable<T> Table<T>(string name, JsonTypeInfo<T> type)
        where T : class
    {
        lock (Gate)
        {
            Execute($"CREATE TABLE IF NOT EXISTS \"{name}\" (key TEXT PRIMARY KEY, document BLOB NOT NULL) WITHOUT ROWID;");
            return new DocumentTable<T>(this, connection, name, type);
        }
    }

    /// <summary>Runs <paramref name="change"/> in one transaction: all of its writes or none.</summary>
    public void InTransaction(Action change)
    {
        lock (Gate)
        {
            Execute("BEGIN IMMEDIATE;");
            try
            {
                change();
                Execute("COMMIT;");
            }
            catch
            {
                Execute("ROLLBACK;");
                throw;
            }
        }
    }

    public void Dispose() => connection.Dispose();

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a literal of this class, or a table name given by this code base.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}

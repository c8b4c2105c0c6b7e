using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Core;
using Microsoft.Data.Sqlite;

namespace Gantry.State;

/// <summary>JSON documents by key in one table of the <see cref="Database"/>.</summary>
public sealed class DocumentTable<T>
    where T : class
{
    // SQLITE_FULL: what SQLite makes of ENOSPC.
    private const int SqliteFull = 13;
    private readonly Database database;
    private readonly JsonTypeInfo<T> type;
    private readonly SqliteCommand find;
    private readonly SqliteCommand all;
    private readonly SqliteCommand put;
    private readonly SqliteCommand delete;
    private readonly SqliteCommand quarantine;
    private readonly SqliteCommand quarantined;

#pragma warning disable CA2100 // Table names are literals of this code base.
    internal DocumentTable(Database database, SqliteConnection connection, string name, JsonTypeInfo<T> type)
    {
        this.database = database;
        this.type = type;
        find = Prepare($"SELECT document FROM \"{name}\" WHERE key = $key", "$key");
        all = Prepare($"SELECT key, document FROM \"{name}\" ORDER BY key");
        put = Prepare($"INSERT INTO \"{name}\" (key, document) VALUES ($key, $document) ON CONFLICT (key) DO UPDATE SET document = excluded.document", "$key", "$document");
        delete = Prepare($"DELETE FROM \"{name}\" WHERE key = $key", "$key");
        quarantine = Prepare("INSERT OR REPLACE INTO quarantine (source, key, document) VALUES ($source, $key, $document)", "$source", "$key", "$document");
        quarantine.Parameters["$source"].Value = name;
        quarantined = Prepare("SELECT key FROM quarantine WHERE source = $source ORDER BY key", "$source");
        quarantined.Parameters["$source"].Value = name;

        SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
        {
            using (var create = connection.CreateCommand())
            {
                create.CommandText = "CREATE TABLE IF NOT EXISTS quarantine (source TEXT, key TEXT, document BLOB, PRIMARY KEY (source, key))";
                create.ExecuteNonQuery();
            }

            var command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var parameter in parameters)
            {
                command.Parameters.Add(new SqliteParameter(parameter, null));
            }

            command.Prepare();
            return command;
        }
    }
#pragma warning restore CA2100

    /// <summary>The document at <paramref name="key"/>, or null. One that cannot be read is moved to quarantine and counts as absent.</summary>
    public T? Find(string key)
    {
        lock (database.Gate)
        {
            find.Parameters["$key"].Value = key;
            return find.ExecuteScalar() is byte[] bytes ? Read(key, bytes) : null;
        }
    }

    /// <summary>Every readable document, ordered by key.</summary>
    public IReadOnlyList<KeyValuePair<string, T>> All()
    {
        lock (database.Gate)
        {
            List<(string Key, byte[] Bytes)> rows = [];
            using (var reader = all.ExecuteReader())
            {
                while (reader.Read())
                {
                    rows.Add((reader.GetString(0), (byte[])reader[1]));
                }
            }

            return [.. rows.Select(row => KeyValuePair.Create(row.Key, Read(row.Key, row.Bytes))).Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!))];
        }
    }

    /// <summary>Keys of documents that could not be read: what belongs to them is not to be thrown away.</summary>
    public IReadOnlyList<string> Quarantined()
    {
        lock (database.Gate)
        {
            List<string> keys = [];
            using var reader = quarantined.ExecuteReader();
            while (reader.Read())
            {
                keys.Add(reader.GetString(0));
            }

            return keys;
        }
    }

    /// <exception cref="GantryException">Internal: <c>no space left on device</c>.</exception>
    public void Put(string key, T document)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, type);
        lock (database.Gate)
        {
            put.Parameters["$key"].Value = key;
            put.Parameters["$document"].Value = bytes;
            Write(put);
        }
    }

    /// <summary>Returns whether there was such a document.</summary>
    /// <exception cref="GantryException">Internal: <c>no space left on device</c>.</exception>
    public bool Delete(string key)
    {
        lock (database.Gate)
        {
            delete.Parameters["$key"].Value = key;
            return Write(delete) > 0;
        }
    }

    private static int Write(SqliteCommand command)
    {
        try
        {
            return command.ExecuteNonQuery();
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == SqliteFull)
        {
            throw new GantryException(ErrorKind.Internal, "no space left on device", exception);
        }
    }

    private T? Read(string key, byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException("null document");
        }
        catch (JsonException)
        {
            quarantine.Parameters["$key"].Value = key;
            quarantine.Parameters["$document"].Value = bytes;
            quarantine.ExecuteNonQuery();
            Delete(key);
            return null;
        }
    }
}

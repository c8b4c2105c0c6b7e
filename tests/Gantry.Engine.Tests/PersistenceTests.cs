using System.Text.Json.Serialization.Metadata;
using Gantry.Engine.Containers;
using Gantry.Engine.Networks;
using Gantry.Engine.Persistence;
using Gantry.Engine.Volumes;

namespace Gantry.Engine.Tests;

/// <summary>What is written to the database can be read again.</summary>
public class PersistenceTests
{
    /// <summary>Defaults are left out of documents: a required member that may be one makes a document that nobody can read.</summary>
    [Theory]
    [InlineData(typeof(Container))]
    [InlineData(typeof(Network))]
    [InlineData(typeof(Volume))]
    public void No_required_member_is_ever_left_out(Type document)
    {
        HashSet<Type> seen = [];
        Queue<Type> left = new([document]);
        List<string> wrong = [];
        while (left.TryDequeue(out var type))
        {
            if (!seen.Add(type) || EngineJson.Default.GetTypeInfo(type) is not { } info)
            {
                continue;
            }

            foreach (var part in new[] { info.ElementType, info.KeyType }.OfType<Type>())
            {
                left.Enqueue(part);
            }

            foreach (var member in info.Properties)
            {
                left.Enqueue(member.PropertyType);
                if (member.IsRequired && MayBeDefault(member))
                {
                    wrong.Add($"{type.Name}.{member.Name}");
                }
            }
        }

        Assert.True(seen.Count > 5, string.Join(' ', seen));
        Assert.Equal([], wrong);
    }

    private static bool MayBeDefault(JsonPropertyInfo member) => member.PropertyType.IsValueType
        ? member.PropertyType.IsPrimitive || member.PropertyType.IsEnum || member.PropertyType == typeof(TimeSpan)
        : member.IsSetNullable;
}

using System.Net;
using System.Text.Json.Serialization;
using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Engine.Networks;
using Gantry.Engine.Volumes;

namespace Gantry.Engine.Persistence;

/// <summary>The documents that the engine keeps in its database.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    Converters = [typeof(ParsableConverter<ContainerId>), typeof(ParsableConverter<Digest>), typeof(ParsableConverter<Platform>), typeof(ParsableConverter<MacAddress>), typeof(ParsableConverter<IPAddress>), typeof(ParsableConverter<IPNetwork>)])]
[JsonSerializable(typeof(Container))]
[JsonSerializable(typeof(Network))]
[JsonSerializable(typeof(Volume))]
internal sealed partial class EngineJson : JsonSerializerContext;

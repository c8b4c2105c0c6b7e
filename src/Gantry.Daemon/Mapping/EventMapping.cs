using Gantry.Api.System;
using Gantry.Engine.Events;

namespace Gantry.Daemon.Mapping;

/// <summary>Events as the stream shows them, with the members of old that clients up to API 1.51 still read.</summary>
internal static class EventMapping
{
    public static EventMessage ToWire(this EngineEvent happened)
    {
        var legacy = happened.Type is "container" or "image";
        return new EventMessage
        {
            Status = legacy ? happened.Action : null,
            Id = legacy ? happened.ActorId : null,
            From = legacy && happened.Type == "container" ? happened.Attributes.GetValueOrDefault("image") : null,
            Type = happened.Type,
            Action = happened.Action,
            Actor = new EventActor { ID = happened.ActorId, Attributes = happened.Attributes },
            Scope = "local",
            Time = happened.Time.ToUnixTimeSeconds(),
            TimeNano = (happened.Time - DateTimeOffset.UnixEpoch).Ticks * 100,
        };
    }
}

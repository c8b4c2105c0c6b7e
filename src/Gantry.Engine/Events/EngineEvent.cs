namespace Gantry.Engine.Events;

/// <summary>Something that happened to an object, as <c>docker events</c> shows it.</summary>
/// <param name="Type"><c>container</c>, <c>image</c>, <c>network</c>, <c>volume</c>, <c>builder</c> or <c>daemon</c>.</param>
/// <param name="Action">Docker's word: <c>start</c>, <c>die</c>, <c>exec_create: sh</c>.</param>
public sealed record EngineEvent(DateTimeOffset Time, string Type, string Action, string ActorId, IReadOnlyDictionary<string, string> Attributes);

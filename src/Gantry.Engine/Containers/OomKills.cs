namespace Gantry.Engine.Containers;

/// <summary>Which of the kernel's kills for want of memory have been told: each once, be it during the run or at its end.</summary>
/// <param name="before">How many there were before there was anybody to tell.</param>
internal sealed class OomKills(ulong before)
{
    private readonly Lock gate = new();
    private ulong told = before;

    /// <summary>Tells when there are more than were told, and whether it did; nobody else tells meanwhile.</summary>
    public bool Tell(ulong kills, Action tell)
    {
        lock (gate)
        {
            if (kills <= told)
            {
                return false;
            }

            told = kills;
            tell();
            return true;
        }
    }
}

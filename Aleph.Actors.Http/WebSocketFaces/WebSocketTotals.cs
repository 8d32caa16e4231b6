namespace Aleph.Actors.Http;

/// <summary>The WebSockets of a server since its start. Immutable; safe to keep.</summary>
/// <param name="Open">How many are open.</param>
/// <param name="Opened">How many were opened.</param>
/// <param name="Traffic">The sums of all, those that have ended included.</param>
/// <param name="CloseCodes">How many ended with each code of <see cref="WebSocketConnection.Closed"/>; those that never
/// were are left out.</param>
public sealed record WebSocketTotals(
    long Open, long Opened, WebSocketStatistics Traffic, IReadOnlyDictionary<int, long> CloseCodes)
{
    /// <summary>Nothing yet.</summary>
    public static WebSocketTotals None { get; } = new(0, 0, new WebSocketStatistics(), new Dictionary<int, long>());

    /// <summary>
    /// How many ended with each code of <see cref="WebSocketConnection.Closed"/>; those that never were are left out.
    /// </summary>
    public IReadOnlyDictionary<int, long> CloseCodes
    {
        get;
        init => field = Readable.Of(value);
    } = Readable.Of(CloseCodes);
}

using System.Diagnostics.Tracing;
using System.Globalization;

namespace Features;

/// <summary>
/// What a server holds: the live heap after a collection, and the bytes that are rented from the shared array pools.
/// Counting rentals costs time with each of them, so it is on only where it was asked for.
/// </summary>
internal sealed class HeldMemory : EventListener
{
    private const string Pools = "System.Buffers.ArrayPoolEventSource";
    private const int Rented = 1;
    private const int Returned = 3;

    private long _rented;

    public static HeldMemory? Counting { get; private set; }

    public static void CountRentals() => Counting = new HeldMemory();

    /// <summary>"heap=BYTES rented=BYTES"; rented is -1 where nobody counts.</summary>
    public static string Describe()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        var rented = Counting is { } counting ? Interlocked.Read(ref counting._rented) : -1;
        return string.Create(CultureInfo.InvariantCulture, $"heap={GC.GetTotalMemory(false)} rented={rented}");
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Pools)
            EnableEvents(eventSource, EventLevel.Verbose);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // Both carry the buffer's id, then its size.
        if (eventData.EventId is Rented or Returned && eventData.Payload is [_, int size, ..])
            Interlocked.Add(ref _rented, eventData.EventId == Rented ? size : -size);
    }
}

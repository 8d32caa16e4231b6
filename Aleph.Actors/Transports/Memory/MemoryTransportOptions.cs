namespace Aleph.Actors;

/// <summary>How the two ends of a <see cref="MemoryTransport"/> are joined. The same for both directions.</summary>
public sealed record MemoryTransportOptions
{
    /// <summary>The defaults.</summary>
    public static MemoryTransportOptions Default { get; } = new();

    /// <summary>How many bytes may be under way in each direction before the sender must wait, in bytes. Default 64
    /// KiB.</summary>
    public int Capacity { get; init; } = 64 * 1024;

    /// <summary>At most so many bytes reach a transport's host at once; 1 makes every byte its own delivery. Default no
    /// limit.</summary>
    public int MaxDelivery { get; init; } = int.MaxValue;

    /// <summary>How long bytes, and the end behind them, are under way. Default none.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The clock of <see cref="Delay"/>. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

using ByteString = Akka.IO.ByteString;

namespace Aleph.Actors.Transports.AkkaIo;

/// <summary>What a stock connection has told since it was last asked. Pull mode brings one piece at a time.</summary>
internal struct StockEvents
{
    /// <summary>The piece that was read, or null.</summary>
    public ByteString? Received;

    /// <summary>The write under way is done.</summary>
    public bool IsSent;

    /// <summary>The peer sends no more.</summary>
    public bool HasPeerClosed;

    /// <summary>The stock connection and its socket are gone.</summary>
    public bool HasEnded;

    /// <summary>Why it broke, or null.</summary>
    public ConnectionEnd? Failure;

    public void Add(StockEvents later)
    {
        Received = Received is null || later.Received is null
            ? later.Received ?? Received
            : Received.Concat(later.Received);
        IsSent |= later.IsSent;
        HasPeerClosed |= later.HasPeerClosed;
        HasEnded |= later.HasEnded;
        Failure ??= later.Failure;
    }
}

namespace Aleph.Actors;

/// <summary>
/// A datagram was not sent, because too many wait already for the kernel or for the address of a host name. The socket
/// goes on, and so do those that wait.
/// </summary>
public sealed class SendQueueFullException : Exception
{
    /// <summary>Made by the library.</summary>
    /// <param name="count">How many datagrams wait.</param>
    /// <param name="bytes">How many bytes these have.</param>
    public SendQueueFullException(int count, long bytes)
        : base($"{count} datagrams of {bytes} bytes wait to be sent; the queue takes no more")
    {
        Count = count;
        Bytes = bytes;
    }

    /// <summary>How many datagrams waited.</summary>
    public int Count { get; }

    /// <summary>How many bytes these had.</summary>
    public long Bytes { get; }
}

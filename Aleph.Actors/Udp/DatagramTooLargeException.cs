namespace Aleph.Actors;

/// <summary>A datagram was not sent, because it is longer than one can be. The socket goes on.</summary>
public sealed class DatagramTooLargeException : Exception
{
    /// <summary>Made by the library.</summary>
    /// <param name="length">Of the payload, in bytes.</param>
    /// <param name="limit">The most that would have been sent there.</param>
    public DatagramTooLargeException(int length, int limit)
        : base(length > limit
            ? $"A datagram has {length} bytes; at most {limit} can be sent there"
            : $"A datagram of {length} bytes is more than the network takes unfragmented")
    {
        Length = length;
        Limit = limit;
    }

    /// <summary>The length of the payload, in bytes.</summary>
    public int Length { get; }

    /// <summary>The most that can be sent over that kind of address, in bytes.</summary>
    public int Limit { get; }
}

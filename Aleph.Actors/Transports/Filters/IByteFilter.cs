using System.Buffers;

namespace Aleph.Actors;

/// <summary>
/// Changes the bytes of one connection on their way in and out, unseen by its protocol. Called on the connection's
/// turn, one call at a time; must not block. An exception is a bug: the connection is aborted.
/// </summary>
public interface IByteFilter
{
    /// <summary>
    /// Bytes came from the peer. Writes what the protocol shall see to <paramref name="protocol"/>, now or at a later
    /// call.
    /// </summary>
    /// <param name="received">All unconsumed bytes, in order; valid for this call only.</param>
    /// <param name="protocol">Takes what the protocol shall see.</param>
    /// <returns>How many bytes were consumed; the rest is presented again with what follows it.</returns>
    int Inbound(ReadOnlySpan<byte> received, IBufferWriter<byte> protocol);

    /// <summary>The protocol sends. All of <paramref name="sent"/> is consumed; what is written leaves for the
    /// peer.</summary>
    /// <param name="sent">What the protocol wrote; valid for this call only. Empty when it has half-closed or
    /// closed.</param>
    /// <param name="peer">Takes what shall leave.</param>
    /// <param name="isLast">Whether the protocol sends nothing after this: what is held back must be written
    /// now.</param>
    void Outbound(ReadOnlySpan<byte> sent, IBufferWriter<byte> peer, bool isLast);

    /// <summary>The peer sends no more: writes what is held back for the protocol. Called once.</summary>
    void EndOfInput(IBufferWriter<byte> protocol);
}

/// <summary>Layers that run an <see cref="IByteFilter"/>.</summary>
public static class ByteFilters
{
    /// <summary>Answers a transport that passes all bytes of <paramref name="inner"/> through
    /// <paramref name="filter"/>.</summary>
    /// <remarks>Give it to <see cref="IConnection.ReplaceTransport"/>, or return it where a layer is asked
    /// for.</remarks>
    public static ITransport Wrap(ITransport inner, IByteFilter filter)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(filter);
        return new Transports.Filters.FilterTransport(inner, filter);
    }
}

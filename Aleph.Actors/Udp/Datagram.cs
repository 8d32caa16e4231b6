using System.Net;
using Akka.Actor;
using Akka.IO;

namespace Aleph.Actors;

/// <summary>
/// One UDP datagram with the address of the other side: where a received one came from, where one that is sent goes.
/// Immutable as long as nobody writes to the memory of its payload. Equal to another with the same address and bytes.
/// </summary>
public sealed record Datagram : INoSerializationVerificationNeeded
{
    /// <summary>The most bytes that a datagram carries over IPv4: 65,535 less the headers of IP and UDP.</summary>
    public const int MaxPayload = 65_507;

    /// <summary>A datagram from or to <paramref name="remoteEndPoint"/>.</summary>
    /// <param name="remoteEndPoint">An <see cref="IPEndPoint"/>; to be sent, also a <see cref="DnsEndPoint"/>.</param>
    /// <param name="payload">0 to <see cref="MaxPayload"/> bytes; not copied.</param>
    public Datagram(EndPoint remoteEndPoint, ReadOnlyMemory<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(remoteEndPoint);
        RemoteEndPoint = remoteEndPoint;
        Payload = payload;
    }

    /// <summary>A datagram with the bytes of a <see cref="ByteString"/>, which are copied.</summary>
    /// <param name="remoteEndPoint">An <see cref="IPEndPoint"/>; to be sent, also a <see cref="DnsEndPoint"/>.</param>
    /// <param name="payload">0 to <see cref="MaxPayload"/> bytes.</param>
    public Datagram(EndPoint remoteEndPoint, ByteString payload)
        : this(remoteEndPoint, (payload ?? throw new ArgumentNullException(nameof(payload))).ToArray())
    {
    }

    /// <summary>The other side.</summary>
    public EndPoint RemoteEndPoint { get; init; }

    /// <summary>The bytes, possibly none.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The bytes as what Akka.Streams works on; copied.</summary>
    public ByteString ToByteString() => ByteString.FromBytes(Payload.ToArray());

    /// <inheritdoc/>
    public bool Equals(Datagram? other) =>
        other is not null && RemoteEndPoint.Equals(other.RemoteEndPoint)
        && Payload.Span.SequenceEqual(other.Payload.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RemoteEndPoint, Payload.Length);

    /// <inheritdoc/>
    public override string ToString() => $"Datagram({RemoteEndPoint}, {Payload.Length} bytes)";
}

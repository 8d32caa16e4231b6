using System.Net;

namespace Aleph.Actors.Udp;

/// <summary>Where a socket's datagrams go: the mailbox of a handler, or a queue. Bounded. Used on the socket actor's
/// turn.</summary>
internal interface IDatagramInbox
{
    /// <summary>Takes a copy of the datagram; false when it is full.</summary>
    bool TryAdd(ReadOnlySpan<byte> payload, IPEndPoint from);

    /// <summary>True when the message was for the inbox.</summary>
    bool TryHandle(object message);

    /// <summary>The network reported that a datagram to the peer was lost.</summary>
    void OnUnreachable(UdpSocketProtocol.PeerUnreachable report);

    /// <summary>Nothing more will come.</summary>
    void Close();
}

namespace Aleph.Actors.Http.WebSockets;

/// <summary>What reading some octets of a peer's frames has come to.</summary>
internal enum WebSocketEvent
{
    /// <summary>All that could be consumed was; more octets are needed.</summary>
    NeedMore,

    /// <summary>Some octets of the message under way were written to the output.</summary>
    Data,

    /// <summary>The message under way is complete; its last octets, if any, were written to the output.</summary>
    MessageEnd,

    /// <summary>A Ping; its payload is in <see cref="WebSocketReader.Control"/>.</summary>
    Ping,

    /// <summary>A Pong; its payload is in <see cref="WebSocketReader.Control"/>.</summary>
    Pong,

    /// <summary>A Close; see <see cref="WebSocketReader.Close"/>. All that follows is ignored.</summary>
    Close,

    /// <summary>The peer broke a rule or a limit; see <see cref="WebSocketReader.Fault"/>. All that follows is
    /// ignored.</summary>
    Error,
}

using Akka.Actor;

namespace Aleph.Actors.Http;

/// <summary>
/// Messages between a WebSocket and the actor that handles it. Events are told to the actor, the first of them is <see
/// cref="Connected"/> and the last <see cref="Closed"/>; commands are told to <see cref="Connected.Connection"/>.
/// </summary>
/// <remarks>
/// Towards the actor: the connection stops reading while the actor has some hundred events unread, and needs no
/// acknowledgement for that. Towards the peer: every sent message costs one credit, and credit comes back as the peer
/// takes what was sent. Who sends without credit is served up to <see cref="WebSocketSettings.SendLimit"/>.
/// </remarks>
public static class WebSocketProtocol
{
    /// <summary>What a WebSocket is told.</summary>
    public abstract record Command : INoSerializationVerificationNeeded
    {
        private protected Command()
        {
        }
    }

    /// <summary>What a WebSocket tells.</summary>
    public abstract record Event : INoSerializationVerificationNeeded
    {
        private protected Event()
        {
        }
    }

    /// <summary>Sends a text message. No answer, but for <see cref="CreditGranted"/> or <see
    /// cref="CommandFailed"/>.</summary>
    public sealed record SendText(string Text) : Command;

    /// <summary>Sends a binary message, which must not be changed afterwards. Answers as to <see
    /// cref="SendText"/>.</summary>
    public sealed record SendBinary(ReadOnlyMemory<byte> Bytes) : Command;

    /// <summary>
    /// Sends a Ping of up to 125 bytes. Answer: <see cref="Ponged"/>, or <see cref="CommandFailed"/>.
    /// </summary>
    public sealed record Ping(ReadOnlyMemory<byte> Payload) : Command;

    /// <summary>
    /// Closes after what was sent before, once; further ones are ignored. Answer: <see cref="Closed"/>, or <see
    /// cref="CommandFailed"/> where the code or the reason may not be sent.
    /// </summary>
    public sealed record Close(int Code = WebSocketClose.Normal, string Reason = "") : Command;

    /// <summary>Resets the connection. Answer: <see cref="Closed"/>.</summary>
    public sealed record Abort : Command
    {
        private Abort()
        {
        }

        /// <summary>The one instance.</summary>
        public static Abort Instance { get; } = new();
    }

    /// <summary>Asks for the counters. Answer: <see cref="Statistics"/>, to the actor that handles it.</summary>
    public sealed record GetStatistics : Command
    {
        private GetStatistics()
        {
        }

        /// <summary>The one instance.</summary>
        public static GetStatistics Instance { get; } = new();
    }

    /// <summary>The WebSocket is open.</summary>
    /// <param name="Info">What the handshake came to.</param>
    /// <param name="Connection">Takes commands.</param>
    /// <param name="Credit">How many messages may be sent before any <see cref="CreditGranted"/>.</param>
    public sealed record Connected(WebSocketInfo Info, IActorRef Connection, int Credit) : Event
    {
        /// <summary>The same WebSocket for what takes one, such as a <see cref="WebSocketBroadcast"/>: it can send,
        /// ping and close, but not receive. Null only where something else than a WebSocket made this event.</summary>
        public WebSocketConnection? Socket { get; internal init; }
    }

    /// <summary>A text message came.</summary>
    public sealed record TextReceived(string Text) : Event;

    /// <summary>A binary message came; its memory is the receiver's.</summary>
    public sealed record BinaryReceived(ReadOnlyMemory<byte> Bytes) : Event;

    /// <summary>A Ping came, and was answered.</summary>
    public sealed record Pinged(ReadOnlyMemory<byte> Payload) : Event;

    /// <summary>A Pong came, asked for or not.</summary>
    public sealed record Ponged(ReadOnlyMemory<byte> Payload) : Event;

    /// <summary>So many messages were handed over to the peer's side; as many more may be sent.</summary>
    public sealed record CreditGranted(int Messages) : Event;

    /// <summary>What was received and sent so far.</summary>
    public sealed record Statistics(WebSocketStatistics Counters) : Event;

    /// <summary>A command could not be done: too much waits to be sent, or the WebSocket is closed.</summary>
    public sealed record CommandFailed(Command Command, Exception Cause) : Event;

    /// <summary>The connection has ended; the last event. See <see cref="WebSocketConnection.Closed"/>.</summary>
    public sealed record Closed(WebSocketClose Close) : Event;
}

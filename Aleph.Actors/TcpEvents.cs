namespace Aleph.Actors;

/// <summary>
/// What connections tell their handlers beyond the events of Akka.IO's <c>Tcp</c>. The sender is the connection.
/// </summary>
public static class TcpEvents
{
    /// <summary>To the sender of <see cref="TcpCommands.StartTls"/>: the handshake is done.</summary>
    public sealed class Secured : Akka.IO.Tcp.Event
    {
        internal Secured(ConnectionInfo connection) => Connection = connection;

        /// <summary>Who is connected to whom; its <see cref="ConnectionInfo.Tls"/> says what was agreed on.</summary>
        public ConnectionInfo Connection { get; }
    }

    /// <summary>The answer to <see cref="TcpCommands.GetInfo"/>.</summary>
    public sealed class Info : Akka.IO.Tcp.Event
    {
        internal Info(ConnectionInfo connection) => Connection = connection;

        /// <summary>Who is connected to whom.</summary>
        public ConnectionInfo Connection { get; }
    }

    /// <summary>
    /// To the handlers that a server made itself: the server drains. When the handler has got to the end of what it was
    /// sent, the connection half-closes after its writes, and ends when the peer has ended; a handler that has
    /// something under way answers by <see cref="TcpCommands.HoldDrain"/> and closes by itself.
    /// </summary>
    public sealed class Draining : Akka.IO.Tcp.Event
    {
        private Draining()
        {
        }

        /// <summary>The only one needed.</summary>
        public static Draining Instance { get; } = new();
    }
}

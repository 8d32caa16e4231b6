using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp;

/// <summary>Messages between a listener, its server, and the connections supervisor.</summary>
internal static class ListenerMessages
{
    /// <summary>Listener to server: it listens.</summary>
    internal sealed record Bound(int Index, EndPoint LocalEndPoint)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Listener to server: it could not listen, and stops.</summary>
    internal sealed record BindFailed(int Index, EndPoint EndPoint, Exception Cause)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>
    /// Server to listener: listen no more, hand over what was accepted by then, and stop. A plain stop would reset a
    /// connection that was being accepted.
    /// </summary>
    internal sealed class Close : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Close Instance { get; } = new();
    }

    /// <summary>Listener to itself: go on accepting, after a rest or for the fairness of turns.</summary>
    internal sealed class Continue : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Continue Instance { get; } = new();
    }

    /// <summary>
    /// An accept under way has ended, on whatever thread. It owns the accepted socket, so that one which arrives
    /// after its listener is closed by the janitor. It names its source: that is the bind's generation.
    /// </summary>
    internal sealed class Accepted(IAcceptSource source, Socket? socket, Exception? error)
        : IOwnsResource, INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        private Socket? _socket = socket;

        public IAcceptSource Source { get; } = source;

        public Exception? Error { get; } = error;

        /// <summary>
        /// The socket, for the one who asks first; null for all others, and with an <see cref="Error"/>.
        /// </summary>
        public Socket? Take() => Interlocked.Exchange(ref _socket, null);

        public void Release() => Take()?.Dispose();
    }
}

using System.Net;
using Akka.Actor;

namespace Aleph.Actors;

/// <summary>
/// Messages of a server actor (<c>TcpServer.Props</c> and servers built on it). Commands go in, from anyone; each has
/// exactly one answer, told to its sender.
/// </summary>
public static class ServerProtocol
{
    /// <summary>What a server can be told.</summary>
    public abstract record Command : INoSerializationVerificationNeeded;

    /// <summary>What a server answers.</summary>
    public abstract record Event : INoSerializationVerificationNeeded;

    /// <summary>
    /// Asks where the server listens; the answer waits until that is decided. Answer: <see cref="Bound"/>,
    /// <see cref="BindFailed"/>, or <see cref="CommandFailed"/> when it no longer listens.
    /// </summary>
    public sealed record GetBound : Command
    {
        /// <summary>The only one needed.</summary>
        public static GetBound Instance { get; } = new();
    }

    /// <summary>Asks for the counters. Answer: <see cref="Statistics"/>.</summary>
    public sealed record GetStatistics : Command
    {
        /// <summary>The only one needed.</summary>
        public static GetStatistics Instance { get; } = new();
    }

    /// <summary>
    /// Stops listening and lets connections go on as if nothing had been; the server stops when the last one has ended.
    /// Answer: <see cref="Unbound"/>. A <see cref="Drain"/> or <see cref="Stop"/> may follow.
    /// </summary>
    public sealed record Unbind : Command
    {
        /// <summary>The only one needed.</summary>
        public static Unbind Instance { get; } = new();
    }

    /// <summary>
    /// Stops listening, lets connections finish, resets those that have not by the deadline, then stops the server.
    /// Answer: <see cref="Drained"/>. Of several drains the earliest deadline counts; each is answered.
    /// </summary>
    /// <param name="Deadline">How long from now; zero or less resets at once.</param>
    public sealed record Drain(TimeSpan Deadline) : Command;

    /// <summary>
    /// Stops listening, closes all connections after sending what they have buffered, without waiting for what is
    /// under way, then stops the server. Answer: <see cref="Stopped"/>.
    /// </summary>
    public sealed record Stop : Command
    {
        /// <summary>The only one needed.</summary>
        public static Stop Instance { get; } = new();
    }

    /// <summary>
    /// Loads the certificates of a server's TLS anew from where they come from. New connections get them, open ones go
    /// on with theirs. Answer: <see cref="CertificatesReloaded"/>, or <see cref="CommandFailed"/> with a
    /// <see cref="CertificateException"/> when they cannot be loaded, and all stays as it was; the same without TLS.
    /// </summary>
    public sealed record ReloadCertificates : Command
    {
        /// <summary>The only one needed.</summary>
        public static ReloadCertificates Instance { get; } = new();
    }

    /// <summary>
    /// Gives a server that does TLS other settings of it, certificates above all, for new connections; open ones go on
    /// with theirs. Answer: <see cref="CertificatesReloaded"/>, or <see cref="CommandFailed"/> when they are not valid
    /// or the server does not do TLS.
    /// </summary>
    /// <param name="Settings">The settings to use from now on, also for reloads and the watch of files.</param>
    public sealed record SetTls(TlsServerSettings Settings) : Command;

    /// <summary>
    /// Tells <paramref name="Subscriber"/> from now on of every connection (<see cref="ConnectionOpened"/>, <see
    /// cref="ConnectionStateChanged"/>, <see cref="ConnectionClosed"/>, those of one connection in this order) and of
    /// <see cref="ReadinessChanged"/>. Of connections that were open before, it learns their next change. Ends with
    /// the subscriber or by <see cref="Unsubscribe"/>. Answer: <see cref="Subscribed"/>.
    /// </summary>
    /// <param name="Subscriber">Whom to tell. Nothing holds connections back when it is slow.</param>
    public sealed record Subscribe(IActorRef Subscriber) : Command;

    /// <summary>Ends a subscription, if there is one. Answer: <see cref="Unsubscribed"/>.</summary>
    /// <param name="Subscriber">Who is told no more.</param>
    public sealed record Unsubscribe(IActorRef Subscriber) : Command;

    /// <summary>Asks for the ids of the open connections. Answer: <see cref="Connections"/>.</summary>
    public sealed record GetConnections : Command
    {
        /// <summary>The only one needed.</summary>
        public static GetConnections Instance { get; } = new();
    }

    /// <summary>
    /// Asks how one connection stands. Answer: <see cref="ConnectionDescription"/>, or <see cref="CommandFailed"/> with
    /// a <see cref="KeyNotFoundException"/> when there is none of that id, or none any more.
    /// </summary>
    /// <param name="Id">See <see cref="ConnectionInfo.Id"/>.</param>
    public sealed record DescribeConnection(long Id) : Command;

    /// <summary>
    /// Asks how one listener stands. Answer: <see cref="ListenerDescription"/>, or <see cref="CommandFailed"/> with a
    /// <see cref="KeyNotFoundException"/> when there is none of that number.
    /// </summary>
    /// <param name="Index">From 0.</param>
    public sealed record DescribeListener(int Index) : Command;

    /// <summary>
    /// Changes how many connections may be open at a time. With fewer than are open, all of these go on and none is
    /// accepted until enough have ended. Answer: <see cref="LimitsChanged"/>, or <see cref="CommandFailed"/> with an
    /// <see cref="ArgumentException"/>.
    /// </summary>
    /// <param name="Max">At least 1; null for no limit.</param>
    public sealed record SetMaxConnections(int? Max) : Command;

    /// <summary>The server listens.</summary>
    /// <param name="LocalEndPoint">Where, with the actual port.</param>
    public sealed record Bound(EndPoint LocalEndPoint) : Event;

    /// <summary>The server could not listen, and has stopped.</summary>
    /// <param name="EndPoint">Where it was to listen.</param>
    /// <param name="Cause">Why not; usually a <see cref="System.Net.Sockets.SocketException"/>.</param>
    public sealed record BindFailed(EndPoint EndPoint, Exception Cause) : Event;

    /// <summary>The counters of a server since its start.</summary>
    /// <param name="Open">Connections open now.</param>
    /// <param name="Accepted">Connections accepted so far.</param>
    /// <param name="Ended">Connections that have ended.</param>
    /// <param name="FailedAccepts">Attempts to accept that failed, those that were repeated included.</param>
    /// <param name="Rejected">Sockets closed at once because their configuration callback threw.</param>
    /// <param name="Aborted">Connections reset because a drain's deadline passed.</param>
    /// <param name="ListenerRestarts">How many times a failed listener was replaced.</param>
    public sealed record Statistics(
        long Open, long Accepted, long Ended, long FailedAccepts, long Rejected, long Aborted, long ListenerRestarts)
        : Event
    {
        /// <summary>
        /// What was received, in bytes as protocols saw them; up to 256 KiB of each open connection may be missing.
        /// </summary>
        public long BytesReceived { get; init; }

        /// <summary>
        /// What was sent, in bytes as protocols wrote them; up to 256 KiB of each open connection may be missing.
        /// </summary>
        public long BytesSent { get; init; }

        /// <summary>
        /// How many connections are over for each reason; a failed TLS handshake is <see
        /// cref="ConnectionEndReason.HandshakeFailed"/>. Reasons that never were are left out.
        /// </summary>
        public IReadOnlyDictionary<ConnectionEndReason, long> EndReasons
        {
            get;
            init => field = Readable.Of(value);
        } = Readable.Of(new Dictionary<ConnectionEndReason, long>());

        /// <summary>Connections that a time limit has ended.</summary>
        public long TimedOut => EndReasons.GetValueOrDefault(ConnectionEndReason.Timeout);

        /// <summary>The same of each listener, in order.</summary>
        public IReadOnlyList<ListenerStatistics> Listeners
        {
            get;
            init => field = Readable.Of(value);
        } = Readable.Of<ListenerStatistics>([]);
    }

    /// <summary>The subscription holds.</summary>
    public sealed record Subscribed : Event
    {
        /// <summary>The only one needed.</summary>
        public static Subscribed Instance { get; } = new();
    }

    /// <summary>There is no such subscription any more; what was under way may still arrive.</summary>
    public sealed record Unsubscribed : Event
    {
        /// <summary>The only one needed.</summary>
        public static Unsubscribed Instance { get; } = new();
    }

    /// <summary>To subscribers: a connection was accepted.</summary>
    /// <param name="Info">Who is connected to whom; what TLS agreed on is not known yet.</param>
    /// <param name="State">Opening or Open.</param>
    public sealed record ConnectionOpened(ConnectionInfo Info, ConnectionState State) : Event;

    /// <summary>To subscribers: a connection stands elsewhere, or speaks another protocol.</summary>
    /// <param name="Info">Who is connected to whom, with what is known by now.</param>
    /// <param name="State">Where it stands.</param>
    /// <param name="Protocol">What it speaks; see <see cref="ConnectionDescription.Protocol"/>.</param>
    public sealed record ConnectionStateChanged(ConnectionInfo Info, ConnectionState State, string Protocol) : Event;

    /// <summary>To subscribers: a connection is over; the last word of it.</summary>
    /// <param name="Info">Who was connected to whom.</param>
    /// <param name="End">Why it ended.</param>
    /// <param name="BytesReceived">In all, as its protocols saw them.</param>
    /// <param name="BytesSent">In all, as its protocols wrote them.</param>
    public sealed record ConnectionClosed(ConnectionInfo Info, ConnectionEnd End, long BytesReceived, long BytesSent)
        : Event;

    /// <summary>To subscribers: the server wants new connections, or no more; see <see cref="ServerReadiness"/>.
    /// </summary>
    /// <param name="IsReady">Whether it does.</param>
    public sealed record ReadinessChanged(bool IsReady) : Event;

    /// <summary>The open connections.</summary>
    /// <param name="Ids">Their ids, in no order.</param>
    public sealed record Connections(IReadOnlyList<long> Ids) : Event;

    /// <summary>The limits hold for what comes from now on.</summary>
    public sealed record LimitsChanged : Event
    {
        /// <summary>The only one needed.</summary>
        public static LimitsChanged Instance { get; } = new();
    }

    /// <summary>New connections get the certificates that were loaded.</summary>
    public sealed record CertificatesReloaded : Event
    {
        /// <summary>The only one needed.</summary>
        public static CertificatesReloaded Instance { get; } = new();
    }

    /// <summary>Nothing listens any more.</summary>
    public sealed record Unbound : Event
    {
        /// <summary>The only one needed.</summary>
        public static Unbound Instance { get; } = new();
    }

    /// <summary>Every connection has ended; the server stops now.</summary>
    /// <param name="Aborted">How many were reset by the deadline.</param>
    public sealed record Drained(int Aborted) : Event;

    /// <summary>Nothing listens any more and every connection has ended or is closing; the server stops now.</summary>
    public sealed record Stopped : Event
    {
        /// <summary>The only one needed.</summary>
        public static Stopped Instance { get; } = new();
    }

    /// <summary>The answer to any command that could not be done.</summary>
    /// <param name="Command">That command.</param>
    /// <param name="Cause">Why not.</param>
    public sealed record CommandFailed(Command Command, Exception Cause) : Event;
}

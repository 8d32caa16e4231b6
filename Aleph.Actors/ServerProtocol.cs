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
        /// <summary>What connections that are over had received, in bytes as their protocols saw them.</summary>
        public long BytesReceived { get; init; }

        /// <summary>What connections that are over had sent, in bytes as their protocols wrote them.</summary>
        public long BytesSent { get; init; }

        /// <summary>
        /// How many connections are over for each reason; a failed TLS handshake is <see
        /// cref="ConnectionEndReason.HandshakeFailed"/>. Reasons that never were are left out.
        /// </summary>
        public IReadOnlyDictionary<ConnectionEndReason, long> EndReasons { get; init; } =
            new Dictionary<ConnectionEndReason, long>();
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

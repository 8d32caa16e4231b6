using System.Net;
using Akka.Actor;
using Akka.IO;
using Aleph.Actors.Transports.Tls;

namespace Aleph.Actors;

/// <summary>
/// What the TCP manager, clients and connections understand beyond the commands of Akka.IO's <c>Tcp</c>. Whatever can
/// fail is answered by a <c>Tcp.CommandFailed</c> with the cause, as those are.
/// </summary>
public static class TcpCommands
{
    /// <summary>
    /// To the manager: as <c>Tcp.Bind</c>, with settings of this library (TLS, the PROXY protocol, limits). Answer:
    /// <c>Tcp.Bound</c>, whose sender takes <c>Tcp.Unbind</c>; or <c>Tcp.CommandFailed</c>. A connection is told of,
    /// by <c>Tcp.Connected</c> to the handler, when it has opened: after the TLS handshake.
    /// </summary>
    public sealed class Bind : Akka.IO.Tcp.Command
    {
        /// <summary>Makes the command.</summary>
        /// <param name="handler">Is told of each connection, and answers by <c>Tcp.Register</c>. Its death ends
        /// accepting: see <see cref="TcpSettings.StopWithBindHandler"/>.</param>
        /// <param name="settings">How to listen.</param>
        /// <param name="pullMode">Whether each piece of input is asked for, by <c>Tcp.ResumeReading</c>.</param>
        public Bind(IActorRef handler, TcpSettings settings, bool pullMode = false)
        {
            ArgumentNullException.ThrowIfNull(handler);
            ArgumentNullException.ThrowIfNull(settings);
            (Handler, Settings, PullMode) = (handler, settings, pullMode);
        }

        /// <summary>Who is told of each connection.</summary>
        public IActorRef Handler { get; }

        /// <summary>How to listen.</summary>
        public TcpSettings Settings { get; }

        /// <summary>Whether each piece of input is asked for.</summary>
        public bool PullMode { get; }
    }

    /// <summary>
    /// To the manager, or to an actor of <see cref="TcpClient.Props"/>: as <c>Tcp.Connect</c>, with settings of this
    /// library (TLS, timeouts, the racing of addresses). Answer: <c>Tcp.Connected</c>, whose sender is the connection,
    /// when it has opened; or <c>Tcp.CommandFailed</c>, whose cause is a <see cref="ConnectException"/> or names the
    /// faults of the settings.
    /// </summary>
    public sealed class Connect : Akka.IO.Tcp.Command
    {
        /// <summary>Makes the command.</summary>
        /// <param name="remote">An <see cref="IPEndPoint"/>, a <see cref="DnsEndPoint"/>, or a Unix domain
        /// socket.</param>
        /// <param name="settings">How to connect; null for those of whoever is told.</param>
        /// <param name="pullMode">Whether each piece of input is asked for, by <c>Tcp.ResumeReading</c>.</param>
        public Connect(EndPoint remote, TcpClientSettings? settings = null, bool pullMode = false)
        {
            ArgumentNullException.ThrowIfNull(remote);
            (Remote, Settings, PullMode) = (remote, settings, pullMode);
        }

        /// <summary>Where to connect to.</summary>
        public EndPoint Remote { get; }

        /// <summary>How to connect; null for those of whoever is told.</summary>
        public TcpClientSettings? Settings { get; }

        /// <summary>Whether each piece of input is asked for.</summary>
        public bool PullMode { get; }
    }

    /// <summary>
    /// To a connection with a handler: what was written before leaves in clear, then TLS begins (STARTTLS); what is
    /// written from now on waits for its handshake. Answer: <see cref="TcpEvents.Secured"/>, or the event of the
    /// connection's end when the handshake fails, or <c>Tcp.CommandFailed</c> when it cannot begin. Every
    /// <c>Tcp.Received</c> before <see cref="TcpEvents.Secured"/> came in clear, whoever sent it: do not act on it as
    /// if it were secured (RFC 3207 6).
    /// </summary>
    public sealed class StartTls : Akka.IO.Tcp.Command
    {
        private StartTls(ByteString? last) => LastInClear = last ?? ByteString.Empty;

        /// <summary>The last bytes that go out in clear, such as a "220 go ahead"; may be empty.</summary>
        public ByteString LastInClear { get; }

        internal Action<IConnection> Begin { get; private init; } = null!;

        /// <summary>Begins as the server.</summary>
        /// <param name="settings">How. Certificates are loaded at the first use of a record, which blocks on their
        /// files: keep the record, and make the first use by its <see cref="TlsServerSettings.Validate"/>.</param>
        /// <param name="lastInClear">Sent in clear before; null for nothing.</param>
        /// <exception cref="CertificateException">The settings name no certificate.</exception>
        public static StartTls AsServer(TlsServerSettings settings, ByteString? lastInClear = null)
        {
            ArgumentNullException.ThrowIfNull(settings);
            TlsServerContext.Require(settings);
            return new StartTls(lastInClear) { Begin = c => c.StartTls(settings) };
        }

        /// <summary>Begins as the client.</summary>
        /// <param name="settings">How. Certificates are loaded as above.</param>
        /// <param name="host">The server's name: asked for by SNI, and verified unless the settings say
        /// otherwise.</param>
        /// <param name="lastInClear">Sent in clear before; null for nothing.</param>
        public static StartTls AsClient(TlsClientSettings settings, string host, ByteString? lastInClear = null)
        {
            ArgumentNullException.ThrowIfNull(settings);
            ArgumentException.ThrowIfNullOrEmpty(host);
            return new StartTls(lastInClear) { Begin = c => c.StartTls(settings, host) };
        }
    }

    /// <summary>
    /// To a connection: who is connected to whom, with what TLS and PROXY headers said. Answer:
    /// <see cref="TcpEvents.Info"/>.
    /// </summary>
    public sealed class GetInfo : Akka.IO.Tcp.Command
    {
        private GetInfo()
        {
        }

        /// <summary>The only one needed.</summary>
        public static GetInfo Instance { get; } = new();
    }

    /// <summary>
    /// To the manager, or to an actor of <see cref="TcpClient.Props"/>: how many connections it has made, what they
    /// carried and why they ended. Answer: <see cref="TcpClientStatistics"/>.
    /// </summary>
    public sealed class GetStatistics : Akka.IO.Tcp.Command
    {
        private GetStatistics()
        {
        }

        /// <summary>The only one needed.</summary>
        public static GetStatistics Instance { get; } = new();
    }

    /// <summary>
    /// A handler's answer to <see cref="TcpEvents.Draining"/>, told to the connection before the handler's next message
    /// is over: it has something under way, and closes the connection by itself. At the drain's deadline the connection
    /// is reset nevertheless. No answer.
    /// </summary>
    public sealed class HoldDrain : Akka.IO.Tcp.Command
    {
        private HoldDrain()
        {
        }

        /// <summary>The only one needed.</summary>
        public static HoldDrain Instance { get; } = new();
    }
}

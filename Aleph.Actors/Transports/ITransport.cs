using System.Net;

namespace Aleph.Actors;

/// <summary>
/// One side of a byte connection: a socket, an end of a pair in memory, or a layer (TLS, a filter) over another
/// transport. A connection actor owns it. All members are called on the actor's turn; what completes elsewhere comes
/// back as a message to <see cref="ITransportHost.Self"/>, which the actor offers to <see cref="TryHandle"/>.
/// </summary>
public interface ITransport
{
    /// <summary>This side's address, or null.</summary>
    EndPoint? LocalEndPoint { get; }

    /// <summary>The peer's address, or null.</summary>
    EndPoint? RemoteEndPoint { get; }

    /// <summary>
    /// Begins to receive and to report to <paramref name="host"/>, later than this call. Called again when a layer is
    /// put around a running transport: reports go to the new host from then on, which is presented what is
    /// unconsumed, and the end of input.
    /// </summary>
    void Start(ITransportHost host);

    /// <summary>
    /// A count that grows as the peer takes bytes, for <see cref="IConnection.BytesAcknowledged"/>; null, the default,
    /// where the transport cannot tell.
    /// </summary>
    long? BytesAcknowledged => null;

    /// <summary>
    /// Whether the transport has yet to agree with its peer on something (a TLS handshake, a PROXY header) before it
    /// presents bytes; it then reports <see cref="ITransportHost.OnOpened"/> or fails. Default false.
    /// </summary>
    bool IsOpening => false;

    /// <summary>What a TLS handshake agreed on; null, the default, without TLS and before its end.</summary>
    TlsSession? TlsSession => null;

    /// <summary>What a proxy in front said of the connection; null, the default, where there is none.</summary>
    ProxyHeader? ProxyHeader => null;

    /// <summary>
    /// Whether the peer's input ended without the end that its layer demands (TLS: close_notify): somebody may have cut
    /// it off. Default false. Meaningful once <see cref="ITransportHost.OnPeerClosed"/> was reported.
    /// </summary>
    bool IsInputTruncated => false;

    /// <summary>
    /// The timestamp at which <see cref="OnDeadline"/> is wanted, or <see cref="long.MaxValue"/>, the default, for
    /// none. Read after every turn.
    /// </summary>
    long Deadline => long.MaxValue;

    /// <summary><see cref="Deadline"/> has passed. Default: nothing.</summary>
    /// <param name="now">The turn's timestamp.</param>
    void OnDeadline(long now)
    {
    }

    /// <summary>Handles a message if it is one of this transport's own; false leaves it to the protocol.</summary>
    bool TryHandle(object message);

    /// <summary>
    /// Sends from <see cref="ITransportHost.Output"/> what is there, unless a send is in flight; then it follows by
    /// itself.
    /// </summary>
    void Flush();

    /// <summary>Reports no more bytes until <see cref="ResumeReading"/>.</summary>
    void PauseReading();

    /// <summary>
    /// Ends a pause and presents unconsumed bytes again. Never re-enters <see cref="ITransportHost.OnReceived"/>.
    /// </summary>
    void ResumeReading();

    /// <summary>Sends FIN once <see cref="ITransportHost.Output"/> has been sent.</summary>
    void ShutdownOutput();

    /// <summary>
    /// Closes in order: what <see cref="ITransportHost.Output"/> holds is sent without any more help of the actor, at
    /// most for the linger deadline, then the transport is released. In the end all of it was consumed or cleared,
    /// since some of it may be lent by somebody who waits for it. Harmless when repeated.
    /// </summary>
    void Close();

    /// <summary>Resets the connection, clears the output and releases everything. Harmless when repeated.</summary>
    void Abort();
}

/// <summary>What a transport reports to: the connection actor, or the layer above.</summary>
public interface ITransportHost
{
    /// <summary>Where completions are told.</summary>
    Akka.Actor.IActorRef Self { get; }

    /// <summary>The bytes to send. The transport takes from its front.</summary>
    OutputBuffer Output { get; }

    /// <summary>
    /// A transport that was opening is ready: its addresses and its session are known now. Reported once, before any
    /// byte is presented.
    /// </summary>
    void OnOpened();

    /// <summary>All bytes received and not consumed yet. Answers how many are consumed now.</summary>
    int OnReceived(ReadOnlySpan<byte> data);

    /// <summary>Bytes have left the output buffer.</summary>
    /// <param name="count">How many.</param>
    void OnSent(int count);

    /// <summary>The peer sends no more. Reported after all its bytes were presented once.</summary>
    void OnPeerClosed();

    /// <summary>The transport is broken or has ended; it reports nothing more.</summary>
    void OnFailed(ConnectionEnd end);
}

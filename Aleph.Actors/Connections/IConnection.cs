using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors;

/// <summary>
/// What a protocol may ask of the connection that runs it. All members are for the connection's turn only, that is,
/// for code called by the connection; other threads <c>Tell</c> <see cref="Self"/> and receive the message in <see
/// cref="IConnectionProtocol.OnMessage"/>.
/// </summary>
public interface IConnection
{
    /// <summary>Who is connected to whom.</summary>
    ConnectionInfo Info { get; }

    /// <summary>The connection's actor. Telling it is safe from any thread.</summary>
    IActorRef Self { get; }

    /// <summary>The actor system.</summary>
    ActorSystem System { get; }

    /// <summary>A logger that names the connection.</summary>
    ILoggingAdapter Log { get; }

    /// <summary>The clock of all deadlines.</summary>
    TimeProvider Time { get; }

    /// <summary>The timestamp at which the current turn began.</summary>
    long Now { get; }

    /// <summary>
    /// Bytes to send. What is written here on a turn leaves at the turn's end at the latest. Its marks say when to stop
    /// producing: see <see cref="OutputBuffer.IsAboveHighMark"/> and <see cref="IConnectionProtocol.OnWritable"/>.
    /// </summary>
    OutputBuffer Output { get; }

    /// <summary>
    /// How many bytes the transport has taken from <see cref="Output"/> and handed to the kernel so far.
    /// </summary>
    long BytesSent { get; }

    /// <summary>
    /// How far the peer has come in taking bytes: grows while it does, even when the kernel's send buffer is so large
    /// that <see cref="BytesSent"/> stands still for long. Only its growth means something, since it may count what a
    /// layer made of the bytes. Equals <see cref="BytesSent"/> where the transport cannot tell. Asks the kernel at each
    /// call.
    /// </summary>
    long BytesAcknowledged { get; }

    /// <summary>
    /// Whether the peer's end, once <see cref="IConnectionProtocol.OnPeerClosed"/> has told of it, came without a TLS
    /// close_notify: what came before may not be all that was sent, so a length that only the end tells is not to be
    /// trusted. False without TLS.
    /// </summary>
    bool IsInputTruncated => false;

    /// <summary>Whether a file that is written to <see cref="Output"/> is sent without blocking for each piece of
    /// it.</summary>
    internal bool SendsFiles => false;

    /// <summary>
    /// Presents no more bytes until <see cref="ResumeReading"/>; the kernel's window then holds the peer back.
    /// </summary>
    void PauseReading();

    /// <summary>
    /// Ends a pause, and presents unconsumed bytes again soon (after the current callback returned), also if none came.
    /// Allowed without a pause before.
    /// </summary>
    void ResumeReading();

    /// <summary>
    /// The next protocol takes over after the current callback returned; it is started, then presented the unconsumed
    /// bytes.
    /// </summary>
    void ReplaceProtocol(IConnectionProtocol next);

    /// <summary>Puts a layer (TLS, a filter) around the transport, after the current callback returned.</summary>
    /// <param name="layer">Gets the present transport, answers the one to use from now on.</param>
    void ReplaceTransport(Func<ITransport, ITransport> layer);

    /// <summary>
    /// Half-close: after all output so far has been sent, sends FIN. Reading goes on. Writing afterwards is an error.
    /// </summary>
    void ShutdownOutput();

    /// <summary>
    /// Sends what is buffered (bounded by the linger deadline), then closes. No more bytes are presented.
    /// </summary>
    void Close(ConnectionEnd end);

    /// <summary>Drops what is buffered and resets the connection.</summary>
    void Abort(ConnectionEnd end);
}

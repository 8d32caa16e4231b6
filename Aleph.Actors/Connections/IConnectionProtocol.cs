namespace Aleph.Actors;

/// <summary>
/// What a connection speaks: the driver of one protocol machine. A <c>ConnectionActor</c> owns it and gives it its
/// turns; every member is called on that actor's turn, one at a time, so a protocol needs no locks. It ends by
/// replacing itself (<see cref="IConnection.ReplaceProtocol"/>) or with its connection (<see cref="OnEnded"/>).
/// </summary>
/// <remarks>
/// Nothing here may block or run foreign code that calls back. An exception that leaves a member is a bug of the
/// protocol: the connection is aborted, its siblings go on.
/// </remarks>
public interface IConnectionProtocol
{
    /// <summary>
    /// The timestamp (<see cref="TimeProvider.GetTimestamp"/> of <see cref="IConnection.Time"/>) at which
    /// <see cref="OnDeadline"/> is wanted, or <see cref="long.MaxValue"/> for none. Read after every turn.
    /// </summary>
    long Deadline { get; }

    /// <summary>What it is called where connections are described. Default: the name of its type.</summary>
    string Name => GetType().Name;

    /// <summary>What is under way, the oldest first, for descriptions. Default: nothing.</summary>
    IReadOnlyList<ExchangeDescription> Exchanges => [];

    /// <summary>The protocol becomes the connection's current one. Called once, before anything else.</summary>
    /// <param name="connection">What the protocol may ask of its connection; valid until <see cref="OnEnded"/>.</param>
    void Start(IConnection connection);

    /// <summary>
    /// Bytes came. Answers how many of them were consumed; the rest is kept by the connection and presented again,
    /// with what follows it, when more bytes came, after <see cref="IConnection.ResumeReading"/>, or to a successor.
    /// </summary>
    /// <param name="data">All unconsumed bytes, in order; valid for this call only.</param>
    /// <returns>Between 0 and the length of <paramref name="data"/>.</returns>
    int OnReceived(ReadOnlySpan<byte> data);

    /// <summary>A message told to the connection's actor that neither the actor nor its transport knows.</summary>
    void OnMessage(object message);

    /// <summary>The output buffer was above its high mark and has fallen to the low one.</summary>
    void OnWritable();

    /// <summary>
    /// Bytes have left the output buffer: the transport handed them to the kernel. Called after flushes, at most once
    /// each. Default: nothing.
    /// </summary>
    void OnSent()
    {
    }

    /// <summary>
    /// The transport has failed and reports nothing more but what it had received. Answers whether the protocol will
    /// end the connection itself, soon. Default: no, it ends at once.
    /// </summary>
    /// <param name="end">How it ends.</param>
    bool OnFailed(ConnectionEnd end) => false;

    /// <summary>
    /// A layer that <see cref="IConnection.ReplaceTransport"/> put in place has opened, its TLS handshake for example
    /// is done: <see cref="IConnection.Info"/> tells what came of it. Default: nothing.
    /// </summary>
    void OnOpened()
    {
    }

    /// <summary>
    /// The peer will send no more bytes (FIN). What it sent before was presented already. Writing stays possible.
    /// </summary>
    void OnPeerClosed();

    /// <summary><see cref="Deadline"/> has passed.</summary>
    /// <param name="now">The turn's timestamp.</param>
    void OnDeadline(long now);

    /// <summary>
    /// Finish what is under way, begin nothing new, then <see cref="IConnection.Close"/>. May be called twice.
    /// </summary>
    void Drain();

    /// <summary>
    /// The connection has ended; the last call. Release what is held; <see cref="IConnection"/> can no longer be
    /// asked for effects. Also called when the actor is stopped.
    /// </summary>
    void OnEnded(ConnectionEnd end);
}

/// <summary>
/// Makes the first protocol of a new connection. Called on the connection actor's first turn; must not block.
/// </summary>
/// <param name="info">Who is connected to whom.</param>
public delegate IConnectionProtocol ConnectionProtocolFactory(ConnectionInfo info);

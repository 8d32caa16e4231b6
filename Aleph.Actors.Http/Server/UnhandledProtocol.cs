using Akka.Event;

namespace Aleph.Actors.Http.Server;

/// <summary>
/// A connection that waits for its handler: reads nothing, and becomes HTTP/1 with the first message
/// <see cref="Handle"/>. Made for each connection of a server whose connections are elements of a stream; closes the
/// connection when nobody comes.
/// </summary>
internal sealed class UnhandledProtocol(ConnectionInlet inlet, Http1ServerContext server) : IConnectionProtocol
{
    private IConnection _connection = null!;

    public long Deadline { get; private set; }

    public void Start(IConnection connection)
    {
        _connection = connection;
        connection.PauseReading();
        var patience = server.Settings.UnhandledConnectionTimeout.TotalSeconds * connection.Time.TimestampFrequency;
        Deadline = connection.Now + (long)patience;
        inlet.Offer(new IncomingHttpConnection(connection.Info, connection.Self));
    }

    public int OnReceived(ReadOnlySpan<byte> data) => 0;

    public void OnMessage(object message)
    {
        if (message is Handle handle)
            _connection.ReplaceProtocol(new Http1ServerProtocol(server.With(handle.Handler)));
    }

    public void OnWritable()
    {
    }

    public void OnPeerClosed()
    {
        // What it sent before may be a whole request: the handler's protocol is told again.
    }

    public void OnDeadline(long now)
    {
        _connection.Log.Warning(
            "Nobody handled the connection within aleph.http.server.unhandled-connection-timeout, {0}; it is closed.",
            server.Settings.UnhandledConnectionTimeout);
        _connection.Close(new ConnectionEnd(ConnectionEndReason.Timeout, "no handler"));
    }

    public void Drain() => _connection.Close(ConnectionEnd.Drained);

    public void OnEnded(ConnectionEnd end)
    {
    }

    /// <summary>From whoever took the connection: serve it with this handler.</summary>
    internal sealed record Handle(HttpServerHandler Handler)
        : Akka.Actor.INoSerializationVerificationNeeded, IDeadLetterSuppression;
}

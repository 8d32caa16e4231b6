using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Http.Exchanges;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// A WebSocket that has a connection of its own, as after a 101: the driver's channel, and the connection's protocol.
/// </summary>
internal sealed class ConnectionChannel(WebSocketDriver driver) : IConnectionProtocol, IByteChannel
{
    private IConnection _connection = null!;

    public long Deadline => driver.Deadline;

    public string Name => "WebSocket";

    public ConnectionInfo Info => _connection.Info;

    public IActorRef Self => _connection.Self;

    public ActorSystem System => _connection.System;

    public ILoggingAdapter Log => _connection.Log;

    public TimeProvider Time => _connection.Time;

    public long Now => _connection.Now;

    public OutputBuffer Output => _connection.Output;

    public long Acknowledged => _connection.BytesAcknowledged;

    public void Start(IConnection connection)
    {
        _connection = connection;
        driver.Start(this);
    }

    public int OnReceived(ReadOnlySpan<byte> data) => driver.Receive(data);

    public void OnMessage(object message) => driver.OnMessage(message);

    public void OnWritable() => driver.Advance();

    public void OnPeerClosed() => driver.PeerClosed();

    public void OnDeadline(long now) => driver.OnDeadline(now);

    public void Drain() => driver.Drain();

    public void OnEnded(ConnectionEnd end) => driver.Ended(end);

    public void PauseReading() => _connection.PauseReading();

    public void ResumeReading() => _connection.ResumeReading();

    public void ShutdownOutput() => _connection.ShutdownOutput();

    public void Close(ConnectionEnd end) => _connection.Close(end);

    public void Abort(ConnectionEnd end) => _connection.Abort(end);
}

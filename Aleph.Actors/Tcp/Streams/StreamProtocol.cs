using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp.Streams;

/// <summary>
/// The connection's side of a link to a stage: hands received bytes over, and sends the stage's elements. It ends when
/// both directions are done: what completed half-closes, what nobody takes is discarded until the peer ends.
/// </summary>
internal sealed class StreamProtocol(StreamLink link, ConnectionSettings settings) : IConnectionProtocol
{
    private IConnection _connection = null!;
    private long _takenByPeer;
    private Marks _marks;

    [Flags]
    private enum Marks
    {
        None = 0,
        InputEnded = 1,
        OutputEnded = 2,
    }

    public long Deadline { get; private set; } = long.MaxValue;

    private long Linger => (long)(settings.LingerTimeout.TotalSeconds * _connection.Time.TimestampFrequency);

    public void Start(IConnection connection)
    {
        _connection = connection;
        link.Attach(connection.Self);
        Move();
    }

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        if (link.Input.Append(data, out var isFull))
            link.WakeStage();
        if (isFull)
            _connection.PauseReading();
        if (Deadline != long.MaxValue)
            Deadline = _connection.Now + Linger;
        return data.Length;
    }

    public void OnMessage(object message)
    {
        if (!ReferenceEquals(message, link))
            return;
        link.BeginConnectionTurn();
        Move();
    }

    public void OnWritable() => Move();

    public void OnPeerClosed() => EndInput(ConnectionEnd.Completed);

    public void OnDeadline(long now)
    {
        if (_connection.BytesAcknowledged != _takenByPeer)
        {
            ArmDeadline();
            return;
        }

        Deadline = long.MaxValue;
        var end = new ConnectionEnd(
            ConnectionEndReason.Timeout, "The stream was over, but the peer neither took the rest nor ended.");
        if (Is(Marks.OutputEnded))
            _connection.Close(end);
        else
            _connection.Abort(end);
    }

    /// <summary>Ends the input, as if the peer had: a stream that answers until the end then ends by itself.</summary>
    public void Drain() => EndInput(ConnectionEnd.Drained);

    public void OnEnded(ConnectionEnd end)
    {
        var clean = end.Reason is ConnectionEndReason.Completed or ConnectionEndReason.Drained;
        link.Close(clean ? null : new ConnectionEndedException(end));
    }

    private void Move()
    {
        if (link.IsAborted)
        {
            _connection.Abort(new ConnectionEnd(
                ConnectionEndReason.AbortedByApplication, "The stream failed or was torn down."));
            return;
        }

        if (link.Input.TakeResume())
            _connection.ResumeReading();
        if (link.Output.MoveTo(_connection.Output, out var hasCredit) && !Is(Marks.OutputEnded))
            EndOutput();
        if (hasCredit)
            link.WakeStage();
        WatchPeer();
    }

    private void EndOutput()
    {
        _marks |= Marks.OutputEnded;
        if (Is(Marks.InputEnded))
            _connection.Close(ConnectionEnd.Completed);
        else
            _connection.ShutdownOutput();
    }

    private void EndInput(ConnectionEnd end)
    {
        _marks |= Marks.InputEnded;
        link.Input.End();
        link.WakeStage();
        if (Is(Marks.OutputEnded))
            _connection.Close(end);
        else if (link.Input.TakeResume())
            _connection.ResumeReading();
        WatchPeer();
    }

    // The peer of a stream that is over may take its time, but has to do something: take what is left, send, or end.
    private void WatchPeer()
    {
        if (Deadline == long.MaxValue && link.Output.IsCompleted && (Is(Marks.InputEnded) || link.Input.IsCancelled))
            ArmDeadline();
    }

    private void ArmDeadline()
    {
        _takenByPeer = _connection.BytesAcknowledged;
        Deadline = _connection.Now + Linger;
    }

    private bool Is(Marks any) => (_marks & any) != 0;
}

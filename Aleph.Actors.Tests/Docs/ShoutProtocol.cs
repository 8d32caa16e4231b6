namespace Aleph.Actors.Tests.Docs;

/// <summary>The protocol of docs/guide.md: says back in capitals what it hears.</summary>
internal sealed class ShoutProtocol : IConnectionProtocol
{
    private IConnection _connection = null!;

    public long Deadline => long.MaxValue;

    public void Start(IConnection connection) => _connection = connection;

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        var room = _connection.Output.GetSpan(data.Length);
        System.Text.Ascii.ToUpper(data, room, out var count);
        _connection.Output.Advance(count);
        if (_connection.Output.IsAboveHighMark)
            _connection.PauseReading();
        return data.Length;
    }

    public void OnMessage(object message)
    {
    }

    public void OnWritable() => _connection.ResumeReading();

    public void OnPeerClosed() => _connection.Close(ConnectionEnd.Completed);

    public void OnDeadline(long now)
    {
    }

    public void Drain() => _connection.Close(ConnectionEnd.Drained);

    public void OnEnded(ConnectionEnd end)
    {
    }
}

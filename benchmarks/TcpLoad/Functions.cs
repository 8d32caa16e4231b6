using System.Buffers;
using Aleph.Actors;

namespace TcpLoad;

/// <summary>One connection as a function: our function face.</summary>
internal static class Functions
{
    public static async Task ServeAsync(DuplexConnection connection)
    {
        byte wish = 0;
        while (true)
        {
            var read = await connection.Input.ReadAsync();
            if (wish == 0 && !read.Buffer.IsEmpty)
                wish = read.Buffer.FirstSpan[0];
            if (wish is Servers.Echo or Servers.EchoBulk)
            {
                foreach (var part in read.Buffer)
                    connection.Output.Write(part.Span);
            }

            connection.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
            await connection.Output.FlushAsync();
        }

        if (wish == Servers.Swallow)
            await connection.Output.WriteAsync("!"u8.ToArray());
    }
}

/// <summary>One connection as a protocol on its turn: what everything else is built on.</summary>
internal sealed class BareProtocol : IConnectionProtocol
{
    private IConnection _connection = null!;
    private byte _wish;

    public long Deadline => long.MaxValue;

    public void Start(IConnection connection) => _connection = connection;

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        if (_wish == 0)
            _wish = data[0];
        if (_wish == Servers.Swallow)
            return data.Length;
        _connection.Output.Write(data);
        if (_connection.Output.IsAboveHighMark)
            _connection.PauseReading();
        return data.Length;
    }

    public void OnMessage(object message)
    {
    }

    public void OnWritable() => _connection.ResumeReading();

    public void OnPeerClosed()
    {
        if (_wish == Servers.Swallow)
            _connection.Output.Write("!"u8);
        _connection.Close(ConnectionEnd.Completed);
    }

    public void OnDeadline(long now)
    {
    }

    public void Drain() => _connection.Close(ConnectionEnd.Drained);

    public void OnEnded(ConnectionEnd end)
    {
    }
}

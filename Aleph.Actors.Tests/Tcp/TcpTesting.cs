using System.Net;
using System.Net.Sockets;
using System.Text;
using Aleph.Actors.Tcp;

namespace Aleph.Actors.Tests.Tcp;

/// <summary>
/// What the tests of TCP servers share: bounded waits, plain clients, a small protocol, a scripted accept source.
/// </summary>
internal static class TcpTesting
{
    private static readonly TimeSpan Patience = Support.Waiting.Patience;

    /// <summary>Awaits, at most <see cref="Patience"/>; then fails with what did not happen.</summary>
    public static async Task OrFail(this Task task, string what)
    {
        try
        {
            await task.WaitAsync(Patience);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"It did not happen within {Patience}: {what}");
        }
    }

    /// <inheritdoc cref="OrFail(Task, string)"/>
    public static async Task<T> OrFail<T>(this Task<T> task, string what)
    {
        await OrFail((Task)task, what);
        return await task;
    }

    public static async Task<Socket> ConnectAsync(EndPoint endPoint)
    {
        var unix = endPoint is UnixDomainSocketEndPoint;
        var socket = new Socket(
            endPoint.AddressFamily, SocketType.Stream, unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint).OrFail($"a connection to {endPoint}");
        return socket;
    }

    /// <summary>
    /// What a new connection receives, empty at the end; a reset counts as an end, also one that comes while it
    /// connects.
    /// </summary>
    public static async Task<string> KnockAsync(EndPoint endPoint)
    {
        try
        {
            using var socket = await ConnectAsync(endPoint);
            return await socket.ReceiveTextAsync();
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            return "";
        }
    }

    /// <summary>Sends one byte and answers whether one came back; false when the peer closed.</summary>
    public static async Task<bool> PingAsync(this Socket socket)
    {
        await socket.SendAsync("x"u8.ToArray());
        return await socket.ReceiveTextAsync() is not "";
    }

    /// <summary>What one receive brings, empty at the end; a reset counts as an end.</summary>
    public static async Task<string> ReceiveTextAsync(this Socket socket)
    {
        var buffer = new byte[1024];
        try
        {
            var count = await socket.ReceiveAsync(buffer).OrFail("bytes or an end from the server");
            return Encoding.ASCII.GetString(buffer, 0, count);
        }
        catch (SocketException)
        {
            return "";
        }
    }
}

/// <summary>Answers bytes with the same, and drains only when told by an end or a deadline, if stubborn.</summary>
internal sealed class EchoProtocol(bool stubborn = false, bool closes = false) : IConnectionProtocol
{
    private IConnection _connection = null!;

    public long Deadline => long.MaxValue;

    public void Start(IConnection connection) => _connection = connection;

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        _connection.Output.Write(data);
        if (data.Length > 0 && closes)
            _connection.Close(ConnectionEnd.Completed);
        return data.Length;
    }

    public void OnMessage(object message)
    {
        if (message is "crash")
            throw new InvalidOperationException("crash");
    }

    public void OnWritable()
    {
    }

    public void OnPeerClosed() => _connection.Close(ConnectionEnd.Completed);

    public void OnDeadline(long now)
    {
    }

    public void Drain()
    {
        if (!stubborn)
            _connection.Close(ConnectionEnd.Drained);
    }

    public void OnEnded(ConnectionEnd end)
    {
    }
}

/// <summary>A listening socket that first fails as scripted.</summary>
internal sealed class ScriptedAcceptSource(IAcceptSource inner, Queue<SocketError> errors) : IAcceptSource
{
    public int Accepts { get; private set; }

    public EndPoint LocalEndPoint => inner.LocalEndPoint;

    public ValueTask<Socket> AcceptAsync()
    {
        Accepts++;
        return errors.TryDequeue(out var error)
            ? ValueTask.FromException<Socket>(new SocketException((int)error))
            : inner.AcceptAsync();
    }

    public void Dispose() => inner.Dispose();
}

/// <summary>Keeps what it has accepted until it is closed.</summary>
internal sealed class LateAcceptSource(IAcceptSource inner) : IAcceptSource
{
    private readonly TaskCompletionSource _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EndPoint LocalEndPoint => inner.LocalEndPoint;

    public Task Accepted => _accepted.Task;

    public async ValueTask<Socket> AcceptAsync()
    {
        var socket = await inner.AcceptAsync();
        _accepted.TrySetResult();
        await _closed.Task;
        return socket;
    }

    public void Dispose()
    {
        _closed.TrySetResult();
        inner.Dispose();
    }
}

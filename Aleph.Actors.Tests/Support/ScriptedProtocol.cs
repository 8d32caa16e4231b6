using System.Collections.Concurrent;
using Akka.Actor;

namespace Aleph.Actors.Tests.Support;

internal delegate int ReceiveScript(IConnection connection, ReadOnlySpan<byte> data);

/// <summary>Something to be done on a connection's turn.</summary>
internal sealed record OnTurn(Action<IConnection> Act) : INoSerializationVerificationNeeded;

/// <summary>A protocol whose reactions a test writes down; it records what happened to it.</summary>
internal sealed class ScriptedProtocol : IConnectionProtocol
{
    private readonly TaskCompletionSource<IConnection> _started = Make<IConnection>();
    private readonly TaskCompletionSource<ConnectionEnd> _ended = Make<ConnectionEnd>();
    private readonly TaskCompletionSource _peerClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IConnection? _connection;
    private int _ends;

    public ReceiveScript Receive { get; init; } = static (_, data) => data.Length;

    public Action<IConnection>? OnStart { get; init; }

    public Action<IConnection, object> Message { get; init; } = static (_, _) => { };

    public Action<IConnection> Writable { get; init; } = static _ => { };

    public Action<IConnection> PeerClose { get; init; } = static c => c.Close(ConnectionEnd.Completed);

    public Action<IConnection, long> Due { get; init; } = static (_, _) => { };

    public Action<IConnection> Draining { get; init; } = static c => c.Close(ConnectionEnd.Drained);

    public ConcurrentQueue<byte[]> Presented { get; } = new();

    public Task<IConnection> Started => _started.Task;

    public Task<ConnectionEnd> Ended => _ended.Task;

    public Task PeerClosed => _peerClosed.Task;

    public int Ends => Volatile.Read(ref _ends);

    public long Deadline { get; set; } = long.MaxValue;

    public static ScriptedProtocol Echo() => new()
    {
        Receive = static (connection, data) =>
        {
            connection.Output.Write(data);
            return data.Length;
        },
    };

    public void Start(IConnection connection)
    {
        _connection = connection;
        OnStart?.Invoke(connection);
        _started.TrySetResult(connection);
    }

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        if (data.Length <= 4096)
            Presented.Enqueue(data.ToArray());
        return Receive(_connection!, data);
    }

    public void OnMessage(object message)
    {
        if (message is OnTurn turn)
            turn.Act(_connection!);
        else
            Message(_connection!, message);
    }

    public void OnWritable() => Writable(_connection!);

    public void OnPeerClosed()
    {
        _peerClosed.TrySetResult();
        PeerClose(_connection!);
    }

    public void OnDeadline(long now)
    {
        Deadline = long.MaxValue;
        Due(_connection!, now);
    }

    public void Drain() => Draining(_connection!);

    public void OnEnded(ConnectionEnd end)
    {
        Interlocked.Increment(ref _ends);
        _ended.TrySetResult(end);
    }

    private static TaskCompletionSource<T> Make<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

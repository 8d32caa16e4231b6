using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp.Streams;

/// <summary>A connection as an element of a stream.</summary>
internal interface IIncomingConnection
{
    /// <summary>Nobody will handle it: close it.</summary>
    void Refuse();
}

/// <summary>
/// The way of new connections from their actors to the stage that emits them, and of its demand back to the listeners.
/// Made by the stage, which closes it when it ends; connections that nobody will take are closed then. Any thread.
/// </summary>
/// <param name="wake">Tells the stage that something has arrived.</param>
internal sealed class ConnectionInlet<T>(Action wake)
    where T : class, IIncomingConnection
{
    private readonly ConcurrentQueue<T> _arrived = new();
    private volatile bool _closed;

    /// <summary>How many connections the stage has asked for.</summary>
    public AcceptDemand Demand { get; } = new();

    /// <summary>A connection waits for its handler.</summary>
    public void Offer(T connection)
    {
        _arrived.Enqueue(connection);
        if (_closed)
            RefuseAll();
        else
            wake();
    }

    /// <summary>Takes the next one.</summary>
    public bool TryTake([NotNullWhen(true)] out T? connection) => _arrived.TryDequeue(out connection);

    /// <summary>Nobody takes any more.</summary>
    public void Close()
    {
        _closed = true;
        RefuseAll();
    }

    private void RefuseAll()
    {
        while (_arrived.TryDequeue(out var connection))
            connection.Refuse();
    }
}

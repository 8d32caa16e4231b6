using System.Collections.Concurrent;
using Akka.Actor;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Http.Server;

/// <summary>A request on its way to the graph that is joined with its connection.</summary>
internal sealed record JoinedRequest(HttpRequest Request, TaskCompletionSource<HttpResponse> Answer);

/// <summary>
/// The handler of one connection that is joined with a graph: <see cref="JoinStage"/> takes its requests. The
/// connection calls it on its turn, the stage from its own.
/// </summary>
internal sealed class JoinedHandler(int maxConcurrent, Action wake) : HttpServerHandler
{
    private readonly ConcurrentQueue<JoinedRequest> _arrived = new();
    private IActorRef? _connection;
    private volatile Exception? _closed;
    private volatile bool _ended;

    /// <summary>Whether the connection has ended.</summary>
    public bool HasEnded => _ended;

    internal override string Name => "a graph joined with its connection";

    internal override int MaxConcurrent => maxConcurrent;

    internal override bool IsHandOver => true;

    /// <summary>Takes the next request.</summary>
    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out JoinedRequest? request) =>
        _arrived.TryDequeue(out request);

    /// <summary>
    /// Nobody takes requests any more: they fail with <paramref name="cause"/>, and the connection closes.
    /// </summary>
    public void Close(Exception cause)
    {
        _closed = cause;
        FailAll();
        if (!_ended)
            Volatile.Read(ref _connection)?.Tell(ConnectionMessages.Drain.Instance, ActorRefs.NoSender);
    }

    internal override ConnectionHandler Attach(IConnection connection)
    {
        Volatile.Write(ref _connection, connection.Self);
        if (_closed is not null)
            connection.Self.Tell(ConnectionMessages.Drain.Instance, ActorRefs.NoSender);
        return new PerConnection(this);
    }

    private ValueTask<HttpResponse> HandleAsync(HttpRequest request)
    {
        var joined = new JoinedRequest(request, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _arrived.Enqueue(joined);
        if (_closed is not null)
            FailAll();
        else
            wake();
        return new ValueTask<HttpResponse>(joined.Answer.Task);
    }

    private void End()
    {
        _ended = true;
        wake();
    }

    private void FailAll()
    {
        while (_arrived.TryDequeue(out var request))
            request.Answer.TrySetException(_closed!);
    }

    private sealed class PerConnection(JoinedHandler joined) : ConnectionHandler
    {
        public override ValueTask<HttpResponse> HandleAsync(HttpRequest request) => joined.HandleAsync(request);

        public override void OnEnded() => joined.End();
    }
}

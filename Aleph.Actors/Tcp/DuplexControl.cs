using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Tcp;

/// <summary>
/// What a <see cref="DuplexConnection"/> asks of its connection beside bytes, and what it hears of it. Any thread.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer and a linked token holds nothing.")]
internal sealed class DuplexControl(IActorRef connection, ConnectionInfo info, TimeProvider time)
{
    private readonly CancellationTokenSource _aborted = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ConnectionEnd> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ConnectionInfo _info = info;
    private volatile bool _isInputTruncated;

    public ConnectionInfo Info
    {
        get => _info;
        set => _info = value;
    }

    /// <summary>Whether the input ended without the end that its layer promises.</summary>
    public bool IsInputTruncated
    {
        get => _isInputTruncated;
        set => _isInputTruncated = value;
    }

    /// <summary>The clock of the connection.</summary>
    public TimeProvider Time { get; } = time;

    public CancellationToken Aborted => _aborted.Token;

    public Task<ConnectionEnd> Completion => _completion.Task;

    /// <summary>The user has disposed the connection. What came before it ended can be read until then.</summary>
    public Task Released => _released.Task;

    public void Abort() => connection.Tell(AbortRequested.Instance, ActorRefs.NoSender);

    public void Release() => _released.TrySetResult();

    public Task<ConnectionInfo> Replace(Func<ITransport, ITransport> layer)
    {
        var request = new DuplexLayer(layer);
        connection.Tell(request, ActorRefs.NoSender);
        return request.Opened;
    }

    /// <summary>The connection has ended.</summary>
    /// <param name="end">How.</param>
    /// <param name="isBroken">Whether that was before the user's code was done with it.</param>
    public void End(ConnectionEnd end, bool isBroken)
    {
        // On the thread pool: callbacks of the token are the user's.
        if (isBroken)
            _ = _aborted.CancelAsync();
        _completion.TrySetResult(end);
    }

    internal sealed class AbortRequested : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static AbortRequested Instance { get; } = new();
    }
}

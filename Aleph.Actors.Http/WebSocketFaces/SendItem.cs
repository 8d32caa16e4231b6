using System.Threading.Tasks.Sources;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// Something to be sent: a message or a part of one. Its memory is the sender's until it is done, one way or the other.
/// </summary>
internal abstract class SendItem
{
    private int _state;

    /// <summary>The octets; set before it is queued.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    public bool IsText { get; init; }

    /// <summary>Whether the message ends with it.</summary>
    public bool IsLast { get; init; } = true;

    /// <summary>Whether to compress; null for by size.</summary>
    public bool? Compress { get; init; }

    /// <summary>The message as it was encoded for many; null for any other.</summary>
    public EncodedMessage? Encoded { get; init; }

    /// <summary>Who sends a message in parts, and lets no other message between them; null for a whole one.</summary>
    public object? Owner { get; init; }

    /// <summary>How many octets were written. On the turn.</summary>
    public int Written { get; set; }

    /// <summary>The turn takes it; false when it was taken back.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, 1, 0) is 0 or 1;

    /// <summary>The sender takes it back; false when the turn has it.</summary>
    public bool TryTakeBack() => Interlocked.CompareExchange(ref _state, 2, 0) == 0;

    /// <summary>It was written to the output. On the turn.</summary>
    public abstract void Done();

    /// <summary>It will not be written, or not to its end.</summary>
    public abstract void Failed(Exception cause);
}

/// <summary>Something sent by a caller that does not look back.</summary>
internal sealed class UnawaitedItem : SendItem
{
    public override void Done()
    {
    }

    public override void Failed(Exception cause)
    {
    }
}

/// <summary>Something sent by a caller that awaits it.</summary>
internal sealed class AwaitedItem : SendItem, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancel;

    public ValueTask Completion => new(this, _core.Version);

    /// <summary>Takes it back when the token fires first.</summary>
    public void CancelBy(CancellationToken token)
    {
        if (token.CanBeCanceled)
            _cancel = token.UnsafeRegister(static (item, token) => ((AwaitedItem)item!).Cancel(token), this);
    }

    public override void Done()
    {
        _cancel.Unregister();
        _core.SetResult(true);
    }

    public override void Failed(Exception cause)
    {
        _cancel.Unregister();

        // What its sender has taken back was answered then.
        if (TryBegin())
            _core.SetException(cause);
    }

    public void GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (TryTakeBack())
            _core.SetException(new OperationCanceledException(token));
    }
}

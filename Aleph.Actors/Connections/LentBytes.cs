using System.Threading.Tasks.Sources;
using Aleph.Actors.Bytes;

namespace Aleph.Actors.Connections;

/// <summary>
/// Bytes of somebody who waits until they have been sent, or dropped, so that they need no copy. Used again and again,
/// for one loan at a time.
/// </summary>
internal sealed class LentBytes : OutputSlice, IValueTaskSource, IThreadPoolWorkItem
{
    private const int Back = 0;
    private const int Offered = 1;
    private const int Taken = 2;
    private const int Awaited = 4;

    private ManualResetValueTaskSourceCore<bool> _whenBack;
    private ReadOnlyMemory<byte> _bytes;
    private int _state;

    /// <inheritdoc/>
    public override long Remaining => _bytes.Length;

    /// <summary>Whether <see cref="TryTake"/> would succeed.</summary>
    public bool IsOffered => (Volatile.Read(ref _state) & Offered) != 0;

    /// <summary>Whether somebody has them.</summary>
    public bool IsTaken => (Volatile.Read(ref _state) & Taken) != 0;

    /// <summary>Offers bytes to the connection. By the lender, who has none under way.</summary>
    public void Offer(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        _whenBack.Reset();
        Interlocked.Exchange(ref _state, Offered);
    }

    /// <summary>Takes what was offered, to be disposed of by the taker; false when there is nothing to take. Any
    /// thread.</summary>
    public bool TryTake()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if ((state & Offered) == 0)
                return false;
            if (Interlocked.CompareExchange(ref _state, (state & ~Offered) | Taken, state) == state)
                return true;
        }
    }

    /// <summary>Ends when the bytes are the lender's again. By the lender, once for each offer; what follows runs
    /// outside every turn.</summary>
    public ValueTask WhenBackAsync() => (Interlocked.Or(ref _state, Awaited) & (Offered | Taken)) == 0
        ? default
        : new ValueTask(this, _whenBack.Version);

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Read(int limit) => _bytes[..Math.Min(limit, _bytes.Length)];

    /// <inheritdoc/>
    public override void Advance(int count) => _bytes = _bytes[count..];

    /// <summary>Gives the bytes back. By who has taken them.</summary>
    public override void Dispose()
    {
        _bytes = default;
        if ((Interlocked.Exchange(ref _state, Back) & Awaited) != 0)
            IoDispatcher.RunAfterTurn(this);
    }

    void IThreadPoolWorkItem.Execute() => _whenBack.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _whenBack.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _whenBack.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _whenBack.OnCompleted(continuation, state, token, flags);
}

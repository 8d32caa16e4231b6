using System.Runtime.ExceptionServices;

namespace Aleph.Actors;

/// <summary>
/// One reading of an origin: hands out its elements, none empty and none above a size, and closes the origin once,
/// whether reading came to its end, failed, stopped early, or never began. Failing once, it fails always.
/// </summary>
internal sealed class ByteReading : IAsyncEnumerator<ReadOnlyMemory<byte>>
{
    private readonly ByteOrigin _origin;
    private readonly int _largest;
    private readonly IAsyncEnumerator<ReadOnlyMemory<byte>> _elements;
    private readonly CancellationTokenSource? _linked;
    private readonly CancellationToken _cancellationToken;
    private ReadOnlyMemory<byte> _rest;
    private ExceptionDispatchInfo? _fault;
    private int _closed;

    /// <summary>Begins a reading; the origin is claimed already.</summary>
    /// <param name="origin">What to read and close.</param>
    /// <param name="size">How many bytes to ask for at once.</param>
    /// <param name="largest">The largest element to hand out.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="linked">The source of the token where it is this reading's own.</param>
    public ByteReading(ByteOrigin origin, int size, int largest, CancellationToken cancellationToken,
        CancellationTokenSource? linked = null)
    {
        (_origin, _largest, _cancellationToken, _linked) = (origin, largest, cancellationToken, linked);
        _elements = origin.Read(size, cancellationToken);
    }

    public ReadOnlyMemory<byte> Current { get; private set; }

    public async ValueTask<bool> MoveNextAsync()
    {
        ObjectDisposedException.ThrowIf(_closed != 0, this);
        _fault?.Throw();
        try
        {
            _cancellationToken.ThrowIfCancellationRequested();
            while (_rest.IsEmpty)
            {
                if (!await _elements.MoveNextAsync().ConfigureAwait(false))
                    return End();
                _rest = _elements.Current;
            }
        }
        catch (Exception fault)
        {
            _fault = ExceptionDispatchInfo.Capture(fault);
            throw;
        }

        Current = _rest[..Math.Min(_largest, _rest.Length)];
        _rest = _rest[Current.Length..];
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        try
        {
            await _elements.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _linked?.Dispose();
            await _origin.CloseAsync(_fault?.SourceException).ConfigureAwait(false);
        }
    }

    // Some sequences end when they are cancelled, Akka's graphs for one; half of the bytes must not look like all.
    private bool End()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        return false;
    }
}

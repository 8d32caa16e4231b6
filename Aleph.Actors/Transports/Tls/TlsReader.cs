using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Aleph.Actors.Transports.Tls;

/// <summary>
/// The decrypting half of a <see cref="TlsTransport"/> whose handshake is done. It reads until TLS waits for more,
/// first with an empty buffer, so that a quiet connection holds none; the read that waits completes inside the call
/// that feeds the wire. All on the connection's turn.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The transport releases the stream, which others share.")]
internal sealed class TlsReader
{
    // Unconsumed plain text from which on nothing more is decrypted.
    private const int Limit = 64 * 1024;

    private readonly TlsStream _stream;
    private readonly TlsWire _wire;
    private readonly Func<ReadOnlySpan<byte>, int> _present;
    private readonly Action<Exception> _fail;
    private readonly Action _continue;
    private readonly TlsInput _input = new();
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _pending;
    private int _presented;
    private Flags _flags;

    public TlsReader(
        TlsStream stream, TlsWire wire, Func<ReadOnlySpan<byte>, int> present, Action<Exception> fail)
    {
        (_stream, _wire, _present, _fail) = (stream, wire, present, fail);
        _continue = OnRead;
    }

    [Flags]
    private enum Flags
    {
        None = 0,
        Paused = 1,
        Waiting = 2,
        Decrypted = 4,
        Ended = 8,
        Left = 16,
        Presenting = 32,
        IntoInput = 64,
        Truncated = 128,
        Anything = 256,
        Done = 512,
    }

    /// <summary>Whether the peer has ended its side and all before that was presented once.</summary>
    public bool HasEnded => Has(Flags.Ended) && _input.Length <= _presented;

    /// <summary>Whether it ended without saying so in TLS: what came may not be all that was sent.</summary>
    public bool IsTruncated => Has(Flags.Truncated);

    /// <summary>Whether any plain text ever came.</summary>
    public bool HasReceived => Has(Flags.Anything);

    public bool HasUnconsumed => _input.Length > 0;

    /// <summary>Whether more bytes may be fed.</summary>
    public bool IsWilling => !Has(Flags.Paused | Flags.Left) && _input.Length < Limit;

    public bool IsPaused
    {
        set => Set(Flags.Paused, value);
    }

    /// <summary>Presents what was not consumed again, then reads on.</summary>
    public void PresentAgain()
    {
        _presented = 0;
        Present();
        Pump();
    }

    /// <summary>Reads and presents until TLS waits for bytes, or nobody wants more.</summary>
    public void Pump()
    {
        while (IsWilling && !Has(Flags.Ended | Flags.Presenting))
        {
            if (!Has(Flags.Waiting))
                Begin();
            if (!Has(Flags.Done))
                return;
            Set(Flags.Waiting | Flags.Done, false);
            if (TryEnd(out var count))
                Take(count);
        }
    }

    /// <summary>Forgets everything; the wire was broken.</summary>
    public void Leave()
    {
        Set(Flags.Left, true);
        if (Has(Flags.Waiting))
            TryEnd(out _);
        _input.Clear();
    }

    private void Begin()
    {
        var isReady = Has(Flags.Decrypted) || _wire.Unread > 0;
        Set(Flags.Decrypted, false);
        Set(Flags.IntoInput, isReady);
        var buffer = isReady ? _input.Reserve(_wire.Unread) : Memory<byte>.Empty;
#pragma warning disable CA2012 // Its result is taken once, by TryEnd, as soon as it is done.
        _pending = _stream.ReadAsync(buffer).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
        Set(Flags.Waiting, true);
        if (_pending.IsCompleted)
            Set(Flags.Done, true);
        else
            _pending.UnsafeOnCompleted(_continue);
    }

    // Runs inside the call that feeds, ends or breaks the wire. A protocol that fails must not fail in there.
    private void OnRead() => Set(Flags.Done, true);

    private bool TryEnd(out int count)
    {
        try
        {
            count = _pending.GetResult();
            return true;
        }
        catch (Exception e)
        {
            count = 0;
            OnFailure(e);
            return false;
        }
    }

    private void Take(int count)
    {
        if (!Has(Flags.IntoInput))
        {
            Set(Flags.Decrypted, true);
            return;
        }

        _input.Commit(count);
        if (count == 0)
        {
            Set(Flags.Ended, true);
            Set(Flags.Truncated, _wire.EndWasRead);
            return;
        }

        Set(Flags.Anything, true);
        Present();
    }

    private void OnFailure(Exception e)
    {
        if (Has(Flags.Left))
            return;
        _input.Commit(0);
        Set(Flags.Ended, true);
        Set(Flags.Truncated, _wire.EndWasRead);
        if (!_wire.EndWasRead)
            _fail(e);
    }

    private void Present()
    {
        var length = _input.Length;
        if (Has(Flags.Paused | Flags.Left | Flags.Presenting) || length <= _presented)
            return;
        Set(Flags.Presenting, true);
        var consumed = _present(_input.Bytes);
        Set(Flags.Presenting, false);
        if ((uint)consumed > (uint)length)
            throw new InvalidOperationException($"A protocol consumed {consumed} of {length} bytes.");
        if (Has(Flags.Left))
            return;
        _input.Consume(consumed);
        _presented = length - consumed;
    }

    private bool Has(Flags any) => (_flags & any) != 0;

    private void Set(Flags flags, bool on) => _flags = on ? _flags | flags : _flags & ~flags;
}

using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Aleph.Actors.Http.WebSockets;

/// <summary>
/// Reads a peer's frames (RFC 6455 5) and assembles messages of them: unmasks, decompresses and checks as the octets
/// come. One for each connection, owned by its <see cref="WebSocketMachine"/>. After Close and Error it ignores all
/// that comes.
/// </summary>
internal sealed class WebSocketReader(WebSocketRole role, WebSocketLimits limits, MessageInflater? inflater)
{
    private byte[]? _control;
    private int _controlLength;
    private FrameHeader _frame;
    private long _remaining;
    private long _messageSize;
    private long _wireSize;
    private int _fragments;
    private WebSocketOpcode _message;
    private Utf8Check _text;
    private State _state;

    private enum State
    {
        Header,
        Payload,
        Control,
        Finished,
    }

    /// <summary>Whether the message under way, or just ended, is text; else it is binary.</summary>
    public bool IsText => _message == WebSocketOpcode.Text;

    /// <summary>Whether a message has begun and not ended.</summary>
    public bool IsInMessage { get; private set; }

    /// <summary>Whether the message under way, or just ended, came compressed.</summary>
    public bool IsCompressed { get; private set; }

    /// <summary>The payload of the Ping or Pong just read; valid until the next read.</summary>
    public ReadOnlySpan<byte> Control => _control.AsSpan(0, _controlLength);

    /// <summary>What the peer's Close frame said, once it was read.</summary>
    public WebSocketClose Close { get; private set; }

    /// <summary>What is wrong, after Error.</summary>
    public WebSocketFault? Fault { get; private set; }

    /// <summary>Sees each frame as it begins; null for nobody.</summary>
    public IFrameWatch? Watch { get; set; }

    /// <summary>Whether nothing more will be read.</summary>
    public bool IsFinished => _state == State.Finished;

    /// <summary>Reads on, up to the next event.</summary>
    /// <param name="data">Unread octets; those that were not consumed come again with more behind them.</param>
    /// <param name="output">Gets the content of messages.</param>
    /// <param name="consumed">How many octets of <paramref name="data"/> are done with.</param>
    public WebSocketEvent Read(ReadOnlySpan<byte> data, IBufferWriter<byte> output, out int consumed)
    {
        consumed = 0;
        while (true)
        {
            WebSocketEvent? happened;
            switch (_state)
            {
                case State.Header:
                    if (!TryBeginFrame(data[consumed..], ref consumed))
                        return Fault is null ? WebSocketEvent.NeedMore : WebSocketEvent.Error;
                    continue;
                case State.Payload:
                    happened = ReadPayload(data[consumed..], output, ref consumed);
                    break;
                case State.Control:
                    happened = ReadControl(data[consumed..], ref consumed);
                    break;
                default:
                    consumed = data.Length;
                    return WebSocketEvent.NeedMore;
            }

            if (happened is { } known)
                return known;
        }
    }

    private bool TryBeginFrame(ReadOnlySpan<byte> data, ref int consumed)
    {
        if (data.IsEmpty || FaultOfFirst(data[0]) is { } first && Fail(first))
            return false;
        if (data.Length >= 2 && FaultOfSecond(data[0], data[1]) is { } second && Fail(second))
            return false;
        if (!FrameHeader.TryRead(data, out var header))
            return false;
        if (FaultOfLength(header) is { } third && Fail(third))
            return false;
        consumed += header.Size;
        _frame = header;
        _remaining = header.Length;
        Watch?.Received(header.First, header.Length);
        if (OpcodeOf(header.First) >= WebSocketOpcode.Close)
        {
            _controlLength = 0;
            _state = State.Control;
            return true;
        }

        BeginPayload(header);
        return true;
    }

    private void BeginPayload(in FrameHeader header)
    {
        if (OpcodeOf(header.First) != WebSocketOpcode.Continuation)
        {
            _message = OpcodeOf(header.First);
            IsCompressed = (header.First & FrameHeader.Rsv1) != 0;
            IsInMessage = true;
            (_messageSize, _wireSize, _fragments) = (0, 0, 0);
        }

        _wireSize += header.Length;
        _fragments++;
        _state = State.Payload;
    }

    // What is wrong is said at the octet that is wrong, however the octets are cut.
    private WebSocketFault? FaultOfFirst(byte first)
    {
        var opcode = OpcodeOf(first);
        if ((first & FrameHeader.OtherReserved) != 0 || ((first & FrameHeader.Rsv1) != 0 && inflater is null))
            return WebSocketErrors.ReservedBits;
        switch (opcode)
        {
            case WebSocketOpcode.Continuation:
                if ((first & FrameHeader.Rsv1) != 0)
                    return WebSocketErrors.CompressedContinuation;
                return IsInMessage ? null : WebSocketErrors.StrayContinuation;
            case WebSocketOpcode.Text or WebSocketOpcode.Binary:
                return IsInMessage ? WebSocketErrors.MessageInterrupted : null;
            case WebSocketOpcode.Close or WebSocketOpcode.Ping or WebSocketOpcode.Pong:
                if ((first & FrameHeader.Rsv1) != 0)
                    return WebSocketErrors.CompressedContinuation;
                return (first & FrameHeader.Fin) == 0 ? WebSocketErrors.FragmentedControl : null;
            default:
                return WebSocketErrors.UnknownOpcode;
        }
    }

    private WebSocketFault? FaultOfSecond(byte first, byte second)
    {
        var isMasked = (second & FrameHeader.MaskBit) != 0;
        if (role == WebSocketRole.Server && !isMasked)
            return WebSocketErrors.NotMasked;
        if (role == WebSocketRole.Client && isMasked)
            return WebSocketErrors.Masked;
        var isTooLong = (second & ~FrameHeader.MaskBit) > FrameHeader.LongestControl;
        return isTooLong && OpcodeOf(first) >= WebSocketOpcode.Close ? WebSocketErrors.LongControl : null;
    }

    private WebSocketFault? FaultOfLength(in FrameHeader header)
    {
        if (header.Length < 0)
            return WebSocketErrors.LengthTooLarge;
        if (!header.IsMinimal)
            return WebSocketErrors.LengthNotMinimal;
        if (OpcodeOf(header.First) >= WebSocketOpcode.Close)
            return null;
        if (header.Length > limits.MaxFrameSize)
            return WebSocketErrors.FrameTooLarge(limits.MaxFrameSize);
        var isFirst = OpcodeOf(header.First) != WebSocketOpcode.Continuation;
        if (!isFirst && _fragments >= limits.MaxFragments)
            return WebSocketErrors.TooManyFragments(limits.MaxFragments);
        var isCompressed = isFirst ? (header.First & FrameHeader.Rsv1) != 0 : IsCompressed;
        var isTooLarge = header.Length > MostOnTheWire(isCompressed) - (isFirst ? 0 : _wireSize);
        return isTooLarge ? WebSocketErrors.MessageTooLarge(limits.MaxMessageSize) : null;
    }

    // Deflate may enlarge what it cannot compress, by five octets a block; blocks of nothing must not go on for ever.
    private long MostOnTheWire(bool isCompressed)
    {
        var limit = limits.MaxMessageSize;
        return isCompressed ? (long)Math.Min(limit + (limit / 8.0) + 1024, long.MaxValue / 2) : limit;
    }

    private WebSocketEvent? ReadPayload(ReadOnlySpan<byte> data, IBufferWriter<byte> output, ref int consumed)
    {
        var count = (int)Math.Min(_remaining, data.Length);
        var hasOutput = count > 0;
        if (count > 0)
        {
            var offset = _frame.Length - _remaining;
            consumed += count;
            _remaining -= count;
            hasOutput = IsCompressed
                ? Inflate(data[..count], offset, output)
                : Copy(data[..count], offset, output);
            if (Fault is not null)
                return WebSocketEvent.Error;
        }

        if (_remaining > 0)
            return hasOutput ? WebSocketEvent.Data : WebSocketEvent.NeedMore;
        _state = State.Header;
        if (_frame.IsFinal)
            return EndMessage(output);
        return hasOutput ? WebSocketEvent.Data : null;
    }

    private WebSocketEvent EndMessage(IBufferWriter<byte> output)
    {
        if (IsCompressed && !Take(inflater!.End(output, limits.MaxMessageSize - _messageSize, ref _text, IsText)))
            return WebSocketEvent.Error;
        if (IsText && !_text.IsComplete)
        {
            Fail(WebSocketErrors.InvalidText);
            return WebSocketEvent.Error;
        }

        IsInMessage = false;
        return WebSocketEvent.MessageEnd;
    }

    private bool Copy(ReadOnlySpan<byte> data, long offset, IBufferWriter<byte> output)
    {
        var target = output.GetSpan(data.Length)[..data.Length];
        if (_frame.IsMasked)
            Masking.Apply(data, target, _frame.Key, offset);
        else
            data.CopyTo(target);
        if (IsText && !_text.Accept(target))
            return !Fail(WebSocketErrors.InvalidText);
        _messageSize += data.Length;
        output.Advance(data.Length);
        return true;
    }

    private bool Inflate(ReadOnlySpan<byte> data, long offset, IBufferWriter<byte> output)
    {
        var before = _messageSize;
        while (!data.IsEmpty)
        {
            var target = inflater!.Input(data.Length);
            var part = data[..target.Length];
            if (_frame.IsMasked)
                Masking.Apply(part, target, _frame.Key, offset);
            else
                part.CopyTo(target);
            data = data[part.Length..];
            offset += part.Length;
            if (!Take(inflater.Inflate(part.Length, output, limits.MaxMessageSize - _messageSize, ref _text, IsText)))
                return false;
        }

        return _messageSize > before;
    }

    /// <summary>Counts what was inflated; false where that failed.</summary>
    private bool Take(InflateResult result)
    {
        _messageSize += result.Written;
        switch (result.Outcome)
        {
            case InflateOutcome.Done:
                return true;
            case InflateOutcome.TooLarge:
                return !Fail(WebSocketErrors.MessageTooLarge(limits.MaxMessageSize));
            case InflateOutcome.InvalidText:
                return !Fail(WebSocketErrors.InvalidText);
            default:
                return !Fail(WebSocketErrors.InvalidCompression);
        }
    }

    private WebSocketEvent? ReadControl(ReadOnlySpan<byte> data, ref int consumed)
    {
        var count = (int)Math.Min(_remaining, data.Length);
        if (count > 0)
        {
            _control ??= new byte[FrameHeader.LongestControl];
            var target = _control.AsSpan(_controlLength, count);
            if (_frame.IsMasked)
                Masking.Apply(data[..count], target, _frame.Key, _controlLength);
            else
                data[..count].CopyTo(target);
            _controlLength += count;
            _remaining -= count;
            consumed += count;
        }

        if (_remaining > 0)
            return WebSocketEvent.NeedMore;
        _state = State.Header;
        return OpcodeOf(_frame.First) switch
        {
            WebSocketOpcode.Ping => WebSocketEvent.Ping,
            WebSocketOpcode.Pong => WebSocketEvent.Pong,
            _ => ReadClose(),
        };
    }

    private WebSocketEvent ReadClose()
    {
        if (FaultOfClose() is { } fault)
        {
            Fail(fault);
            return WebSocketEvent.Error;
        }

        _state = State.Finished;
        Close = Control.IsEmpty
            ? new WebSocketClose(WebSocketClose.NoStatus)
            : new WebSocketClose(BinaryPrimitives.ReadUInt16BigEndian(Control), Encoding.UTF8.GetString(Control[2..]));
        return WebSocketEvent.Close;
    }

    private WebSocketFault? FaultOfClose()
    {
        if (Control.IsEmpty)
            return null;
        if (Control.Length == 1)
            return WebSocketErrors.CloseTooShort;
        if (!WebSocketClose.MaySend(BinaryPrimitives.ReadUInt16BigEndian(Control)))
            return WebSocketErrors.CloseCode;
        return Utf8.IsValid(Control[2..]) ? null : WebSocketErrors.CloseReason;
    }

    private bool Fail(WebSocketFault fault)
    {
        Fault = fault;
        _state = State.Finished;
        return true;
    }

    private static WebSocketOpcode OpcodeOf(byte first) => (WebSocketOpcode)(first & FrameHeader.OpcodeBits);
}

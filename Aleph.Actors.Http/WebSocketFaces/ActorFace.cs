using System.Text;
using Akka.Actor;
using Aleph.Actors.Http.WebSockets;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// An actor that gets events and sends commands. How far it is with its mailbox is asked by <see cref="Identify"/>,
/// which Akka answers for it when its turn comes: so a slow actor holds its peer back.
/// </summary>
internal sealed class ActorFace(IActorRef handler, WebSocketSettings settings) : WebSocketFace
{
    private const int Credit = 32;
    private const int EventsPerProbe = 64;
    private const int MostProbes = 2;

    private readonly PooledBuffer _parts = new();
    private WebSocketDriver _driver = null!;
    private WebSocketConnection _socket = null!;
    private HandlerWatch _watch = null!;
    private int _events;
    private long _bytes;
    private int _probes;
    private int _credit;

    public override bool HasRoom => _probes < MostProbes;

    public override void Opened(WebSocketDriver driver)
    {
        _driver = driver;
        _socket = new WebSocketConnection(driver, null);
        var self = driver.Channel.Self;
        _watch = new HandlerWatch(driver.Channel.System, handler, self);
        _watch.Begin();
        handler.Tell(new WebSocketProtocol.Connected(driver.Info, self, Credit) { Socket = _socket }, self);
    }

    public override void Received(ReadOnlySpan<byte> piece, bool isText, bool isLast)
    {
        if (!isLast || _parts.Length > 0)
        {
            piece.CopyTo(_parts.GetSpan(piece.Length));
            _parts.Advance(piece.Length);
            if (!isLast)
                return;
            piece = _parts.Span;
        }

        if (isText)
            Tell(new WebSocketProtocol.TextReceived(Encoding.UTF8.GetString(piece)), piece.Length);
        else
            Tell(new WebSocketProtocol.BinaryReceived(piece.ToArray()), piece.Length);
        _parts.Release();
    }

    public override void Pinged(ReadOnlySpan<byte> payload) =>
        Tell(new WebSocketProtocol.Pinged(payload.ToArray()), payload.Length);

    public override void Ponged(ReadOnlySpan<byte> payload) =>
        Tell(new WebSocketProtocol.Ponged(payload.ToArray()), payload.Length);

    public override bool OnMessage(object message)
    {
        switch (message)
        {
            case WebSocketProtocol.SendText text:
                Send(text, Encoding.UTF8.GetBytes(text.Text), isText: true);
                return true;
            case WebSocketProtocol.SendBinary binary:
                Send(binary, binary.Bytes, isText: false);
                return true;
            case WebSocketProtocol.Ping ping:
                Ping(ping);
                return true;
            case WebSocketProtocol.Close close:
                Close(close);
                return true;
            case WebSocketProtocol.GetStatistics:
                handler.Tell(new WebSocketProtocol.Statistics(_driver.Statistics()), _driver.Channel.Self);
                return true;
            case WebSocketProtocol.Abort:
                _socket.Abort();
                return true;
            case ActorIdentity:
                _probes--;
                _driver.Resume();
                return true;
            case HandlerWatch.Died:
                _socket.TryClose(WebSocketClose.InternalError);
                return true;
            default:
                return false;
        }
    }

    public override void Sent()
    {
        if (_credit < Credit / 2)
            return;
        handler.Tell(new WebSocketProtocol.CreditGranted(_credit), _driver.Channel.Self);
        _credit = 0;
    }

    public override void InputEnded(WebSocketClose close) => _parts.Release();

    public override void Ended(WebSocketClose close)
    {
        _watch.End();
        handler.Tell(new WebSocketProtocol.Closed(close), _driver.Channel.Self);
    }

    private void Tell(WebSocketProtocol.Event happened, int bytes)
    {
        var self = _driver.Channel.Self;
        handler.Tell(happened, self);
        _bytes += bytes;
        if (++_events < EventsPerProbe && _bytes < settings.ReceiveWindow)
            return;
        (_events, _bytes) = (0, 0);
        _probes++;
        handler.Tell(new Identify(null), self);
    }

    private void Send(WebSocketProtocol.Command command, ReadOnlyMemory<byte> data, bool isText)
    {
        using (_driver.EnterTurn())
        {
            if (_driver.TrySendNow(data.Span, isText, null))
            {
                _credit++;
                Sent();
                return;
            }
        }

        if (_driver.Outbox.Bytes > 0 && _driver.Outbox.Bytes + data.Length > settings.SendLimit)
        {
            Fail(command, new InvalidOperationException(
                $"More than {settings.SendLimit} bytes wait to be sent (aleph.http.websocket.send-limit)."));
            return;
        }

        if (_driver.Outbox.TryAdd(new CommandItem(this, command) { Data = data, IsText = isText }))
            _driver.Advance();
        else
            Fail(command, _socket.ClosedException());
    }

    private void Ping(WebSocketProtocol.Ping ping)
    {
        if (ping.Payload.Length > FrameHeader.LongestControl)
            Fail(ping, new ArgumentException("A Ping has at most 125 bytes."));
        else if (_driver.Pings.TryAdd(new PendingPing(ping.Payload)))
            _driver.Advance();
        else
            Fail(ping, _socket.ClosedException());
    }

    private void Close(WebSocketProtocol.Close close)
    {
        try
        {
            _socket.TryClose(close.Code, close.Reason);
        }
        catch (ArgumentException fault)
        {
            Fail(close, fault);
        }
    }

    private void Fail(WebSocketProtocol.Command command, Exception cause) =>
        handler.Tell(new WebSocketProtocol.CommandFailed(command, cause), _driver.Channel.Self);

    private sealed class CommandItem(ActorFace face, WebSocketProtocol.Command command) : SendItem
    {
        public override void Done() => face._credit++;

        public override void Failed(Exception cause) => face.Fail(command, cause);
    }
}

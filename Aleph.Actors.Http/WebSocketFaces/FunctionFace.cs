using Akka.Event;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// A function that gets one message after the other, on the turn: while its task is under way, nothing more is read.
/// </summary>
/// <param name="handler">The function.</param>
/// <param name="isPooled">Whether the memory of a message is taken back when its task has ended.</param>
internal sealed class FunctionFace(WebSocketMessageHandler handler, bool isPooled) : WebSocketFace
{
    private readonly WebSockets.PooledBuffer _parts = new();
    private WebSocketDriver _driver = null!;
    private WebSocketConnection _socket = null!;
    private volatile bool _isBusy;

    public override bool HasRoom => !_isBusy;

    public override void Opened(WebSocketDriver driver)
    {
        _driver = driver;
        _socket = new WebSocketConnection(driver, null);
    }

    public override void Received(ReadOnlySpan<byte> piece, bool isText, bool isLast)
    {
        if (!isLast || isPooled || _parts.Length > 0)
        {
            piece.CopyTo(_parts.GetSpan(piece.Length));
            _parts.Advance(piece.Length);
            if (!isLast)
                return;
            piece = _parts.Span;
        }

        if (isPooled)
        {
            Handle(WebSocketMessage.Of(isText, _parts.Memory));
            return;
        }

        var message = WebSocketMessage.Of(isText, piece.ToArray());
        _parts.Release();
        Handle(message);
    }

    public override void InputEnded(WebSocketClose close)
    {
        // What a function still has in its hands is taken back when it has ended.
        if (!_isBusy)
            _parts.Release();
    }

    private void Handle(WebSocketMessage message)
    {
        ValueTask pending;
        try
        {
            using (UserCode.Enter())
            using (_driver.EnterTurn())
                pending = handler(_socket, message);
            if (pending.IsCompletedSuccessfully)
            {
                _parts.Release();
                return;
            }
        }
        catch (Exception fault)
        {
            _parts.Release();
            Failed(fault);
            return;
        }

        _isBusy = true;
        _ = AwaitAsync(pending);
    }

    private async Task AwaitAsync(ValueTask pending)
    {
        try
        {
            await pending.ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            Failed(fault);
        }

        _parts.Release();
        _isBusy = false;
        _driver.Wake();
    }

    private void Failed(Exception fault)
    {
        if (fault is WebSocketClosedException)
            return;
        _driver.Channel.Log.Error(fault, "The handler of {0} failed; it is closed with 1011.", _socket);
        _socket.TryClose(WebSocketClose.InternalError);
    }
}

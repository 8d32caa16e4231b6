namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// What an application sees of a WebSocket: one of function, task, stream or actor. The driver tells it what comes, on
/// the turn.
/// </summary>
internal abstract class WebSocketFace
{
    /// <summary>Whether another piece may come.</summary>
    public abstract bool HasRoom { get; }

    /// <summary>The WebSocket is open.</summary>
    public abstract void Opened(WebSocketDriver driver);

    /// <summary>A piece of a message; a whole one when it is the first and the last.</summary>
    public abstract void Received(ReadOnlySpan<byte> piece, bool isText, bool isLast);

    /// <summary>A Ping came; it was answered.</summary>
    public virtual void Pinged(ReadOnlySpan<byte> payload)
    {
    }

    /// <summary>A Pong came.</summary>
    public virtual void Ponged(ReadOnlySpan<byte> payload)
    {
    }

    /// <summary>Something that waited to be sent was.</summary>
    public virtual void Sent()
    {
    }

    /// <summary>A message that was told to the connection.</summary>
    public virtual bool OnMessage(object message) => false;

    /// <summary>No message comes any more; the connection may live on a little.</summary>
    public abstract void InputEnded(WebSocketClose close);

    /// <summary>The connection has ended; the last call.</summary>
    public virtual void Ended(WebSocketClose close)
    {
    }
}

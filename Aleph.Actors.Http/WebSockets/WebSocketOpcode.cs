namespace Aleph.Actors.Http.WebSockets;

/// <summary>What a frame is (RFC 6455 11.8). From 8 on: control frames.</summary>
internal enum WebSocketOpcode : byte
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

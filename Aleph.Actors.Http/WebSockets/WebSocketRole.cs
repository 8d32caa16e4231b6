namespace Aleph.Actors.Http.WebSockets;

/// <summary>Which end of a connection a machine is; the client's frames alone are masked (RFC 6455 5.1).</summary>
internal enum WebSocketRole
{
    Server,
    Client,
}

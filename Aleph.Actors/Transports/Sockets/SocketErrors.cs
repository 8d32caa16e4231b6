using System.Net.Sockets;

namespace Aleph.Actors.Transports.Sockets;

/// <summary>What a socket's error means for its connection.</summary>
internal static class SocketErrors
{
    public static ConnectionEnd ToEnd(SocketError error) => error switch
    {
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.NetworkReset
            or SocketError.Shutdown => new ConnectionEnd(ConnectionEndReason.ConnectionReset, error.ToString()),
        _ => new ConnectionEnd(ConnectionEndReason.IoError, error.ToString()),
    };
}

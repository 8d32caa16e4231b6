using System.Buffers.Binary;
using System.Net.Sockets;

namespace Aleph.Actors.Transports.Sockets;

/// <summary>
/// What the kernel knows of a peer's progress. A send buffer of megabytes takes bytes long before the peer does, and
/// then none for as long as a slow peer needs for a third of it.
/// </summary>
internal static class SocketProgress
{
    // <linux/tcp.h>: IPPROTO_TCP, TCP_INFO, and where tcpi_bytes_acked (Linux 4.1) lies in struct tcp_info.
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;
    private const int BytesAckedOffset = 120;

    // <net/tcp_states.h>, in the first byte of struct tcp_info: neither side can send any more.
    private const byte TcpClose = 7;

    /// <summary>How many bytes the peer's kernel has acknowledged; null where that cannot be known.</summary>
    public static long? BytesAcknowledged(Socket socket)
    {
        Span<byte> info = stackalloc byte[BytesAckedOffset + sizeof(long)];
        return TryGetInfo(socket, info) ? BinaryPrimitives.ReadInt64LittleEndian(info[BytesAckedOffset..]) : null;
    }

    /// <summary>Whether the connection has ended in both directions; false where that cannot be known.</summary>
    public static bool IsOver(Socket socket)
    {
        Span<byte> state = stackalloc byte[1];
        return TryGetInfo(socket, state) && state[0] == TcpClose;
    }

    private static bool TryGetInfo(Socket socket, Span<byte> info)
    {
        if (!OperatingSystem.IsLinux() || socket.ProtocolType != ProtocolType.Tcp)
            return false;
        try
        {
            return socket.GetRawSocketOption(TcpLevel, TcpInfo, info) == info.Length;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

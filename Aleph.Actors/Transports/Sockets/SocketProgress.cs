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

    /// <summary>How many bytes the peer's kernel has acknowledged; null where that cannot be known.</summary>
    public static long? BytesAcknowledged(Socket socket)
    {
        if (!OperatingSystem.IsLinux() || socket.ProtocolType != ProtocolType.Tcp)
            return null;
        Span<byte> info = stackalloc byte[BytesAckedOffset + sizeof(long)];
        try
        {
            return socket.GetRawSocketOption(TcpLevel, TcpInfo, info) == info.Length
                ? BinaryPrimitives.ReadInt64LittleEndian(info[BytesAckedOffset..])
                : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}

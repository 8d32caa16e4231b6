using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Aleph.Actors.Dns.Wire;

namespace Aleph.Actors.Dns;

/// <summary>
/// One query over UDP, on a socket of its own, so that the system draws a new port each time; connected, so that it
/// lets nobody else's datagrams through. Whatever is not the answer is passed over, and the wait goes on.
/// </summary>
internal static class UdpExchange
{
    private const int PlainPayload = 512;

    /// <exception cref="OperationCanceledException">Cancelled: no answer came.</exception>
    public static async Task<DnsReply> AskAsync(
        IPEndPoint server,
        DnsQuery query,
        int payload,
        DnsCounters counters,
        DnsWireLog? wire,
        CancellationToken cancellation)
    {
        payload = Math.Max(payload, PlainPayload);
        // One more, to see that a datagram is too large.
        var buffer = ArrayPool<byte>.Shared.Rent(payload + 1);
        try
        {
            using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
            wire?.Sent("UDP", server, query.Octets.Span);
            await socket.SendAsync(query.Octets, cancellation).ConfigureAwait(false);
            while (true)
            {
                var length = await ReceiveAsync(socket, buffer.AsMemory(0, payload + 1), cancellation)
                    .ConfigureAwait(false);
                wire?.Received("UDP", server, buffer.AsSpan(0, length));
                if (Read(buffer.AsSpan(0, length), query, payload) is { } reply)
                    return reply;
                counters.Ignored();
                wire?.PassedOver(server);
            }
        }
        catch (SocketException e)
        {
            return new DnsReply.Lost(DnsFailure.Unreachable, e.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<int> ReceiveAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.MessageSize)
        {
            // Windows: the buffer is full, and more was there.
            return buffer.Length;
        }
    }

    private static DnsReply? Read(ReadOnlySpan<byte> octets, DnsQuery query, int payload)
    {
        if (!MessageReader.TryReadHead(octets, out var head) || !query.IsAnsweredBy(head))
            return null;
        if (octets.Length > payload)
            return new DnsReply.Answered(head with { IsTruncated = true });
        return MessageReader.TryRead(octets, out var message)
            ? new DnsReply.Answered(message)
            : new DnsReply.Lost(DnsFailure.BadAnswer, "its answer cannot be read");
    }
}

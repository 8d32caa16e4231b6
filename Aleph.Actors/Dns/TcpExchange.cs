using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Aleph.Actors.Dns.Wire;

namespace Aleph.Actors.Dns;

/// <summary>One query over a TCP connection of its own (RFC 7766, 8): for answers too large for a datagram.</summary>
internal static class TcpExchange
{
    /// <exception cref="OperationCanceledException">Cancelled: no answer came.</exception>
    public static async Task<DnsReply> AskAsync(
        IPEndPoint server, DnsQuery query, DnsWireLog? wire, CancellationToken cancellation)
    {
        try
        {
            using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
            wire?.Connected(server);
            return await ExchangeAsync(socket, server, query, wire, cancellation).ConfigureAwait(false);
        }
        catch (EndOfStreamException)
        {
            return new DnsReply.Lost(DnsFailure.BadAnswer, "its TCP connection ended within the answer");
        }
        catch (IOException e)
        {
            return new DnsReply.Lost(DnsFailure.BadAnswer, $"its TCP connection failed: {e.Message}");
        }
        catch (SocketException e)
        {
            return new DnsReply.Lost(DnsFailure.Unreachable, $"over TCP: {e.Message}");
        }
    }

    private static async Task<DnsReply> ExchangeAsync(
        Socket socket, IPEndPoint server, DnsQuery query, DnsWireLog? wire, CancellationToken cancellation)
    {
        var end = "the query was given up";
        var stream = new NetworkStream(socket, ownsSocket: false);
        await using var closing = stream.ConfigureAwait(false);
        try
        {
            wire?.Sent("TCP", server, query.Octets.Span);
            await stream.WriteAsync(Framed(query.Octets.Span), cancellation).ConfigureAwait(false);
            var answer = await ReadFrameAsync(stream, cancellation).ConfigureAwait(false);
            wire?.Received("TCP", server, answer);
            end = "the answer is here";
            return Read(answer, query);
        }
        catch (EndOfStreamException)
        {
            end = "the server ended it";
            throw;
        }
        catch (IOException e)
        {
            end = e.Message;
            throw;
        }
        finally
        {
            wire?.Closed(server, end);
        }
    }

    // Length and message in one send (RFC 7766, 8).
    private static byte[] Framed(ReadOnlySpan<byte> octets)
    {
        var framed = new byte[2 + octets.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)octets.Length);
        octets.CopyTo(framed.AsSpan(2));
        return framed;
    }

    private static async Task<byte[]> ReadFrameAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellation).ConfigureAwait(false);
        var octets = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(octets, cancellation).ConfigureAwait(false);
        return octets;
    }

    private static DnsReply Read(ReadOnlySpan<byte> octets, DnsQuery query)
    {
        if (!MessageReader.TryRead(octets, out var message))
            return new DnsReply.Lost(DnsFailure.BadAnswer, "its answer over TCP cannot be read");
        if (!query.IsAnsweredBy(message))
            return new DnsReply.Lost(DnsFailure.BadAnswer, "its answer over TCP is that to another question");
        return message.IsTruncated
            ? new DnsReply.Lost(DnsFailure.BadAnswer, "its answer is cut even over TCP")
            : new DnsReply.Answered(message);
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace UdpLoad;

/// <summary>Keeps so many datagrams on their way and counts those that come back.</summary>
internal static class Client
{
    private const int Payload = 64;

    public static Result Run(Server server, int outstanding, TimeSpan time)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.ReceiveBufferSize = 4 * 1024 * 1024;
        socket.ReceiveTimeout = 200;
        socket.Connect(server.EndPoint);
        var cpu = server.ProcessorTime;
        var begin = Stopwatch.GetTimestamp();
        var (count, lost) = Exchange(socket, outstanding, begin, time);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return new Result(count / seconds, (server.ProcessorTime - cpu).TotalMicroseconds / Math.Max(1, count), lost);
    }

    private static (long Count, long Lost) Exchange(Socket socket, int outstanding, long begin, TimeSpan time)
    {
        var buffer = new byte[Payload];
        var (count, lost, away) = (0L, 0L, 0);
        while (Stopwatch.GetElapsedTime(begin) < time)
        {
            for (; away < outstanding; away++)
                socket.Send(buffer);
            socket.Receive(buffer, SocketFlags.None, out var error);
            if (error == SocketError.Success)
                (count, away) = (count + 1, away - 1);
            else
                (lost, away) = (lost + away, 0);
        }

        return (count, lost);
    }
}

/// <summary>One measurement.</summary>
/// <param name="PacketsPerSecond">Datagrams that came back.</param>
/// <param name="Microseconds">Of the server's processor time for each.</param>
/// <param name="Lost">Datagrams that did not come back.</param>
internal sealed record Result(double PacketsPerSecond, double Microseconds, long Lost);

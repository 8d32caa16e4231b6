using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aleph.Actors;

namespace HandOver;

/// <summary>The command line: the socket to listen on.</summary>
internal static class Listening
{
    /// <summary>A socket of our own, or what the predecessor shares; neither where the command line is wrong.</summary>
    public static (Socket? Mine, InheritedSocket? Inherited) Parse(string[] args) => args switch
    {
        ["--inherited", "systemd"] => (null, InheritedSocket.Activated()),
        ["--inherited", var number] when Number(number, 3, int.MaxValue) is { } descriptor =>
            (null, InheritedSocket.Descriptor(descriptor)),
        [var text] when Number(text, 0, 65535) is { } port => (Bind(port), null),
        _ => (null, null),
    };

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private static int? Number(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max ? number : null;
}

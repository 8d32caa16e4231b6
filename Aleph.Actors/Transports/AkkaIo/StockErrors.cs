using System.Net.Sockets;
using Aleph.Actors.Transports.Sockets;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Transports.AkkaIo;

/// <summary>What the end of a stock connection means. Akka.IO tells of an error its text alone.</summary>
internal static class StockErrors
{
    private static readonly Dictionary<string, SocketError> Errors = Texts(
        SocketError.ConnectionReset, SocketError.ConnectionAborted, SocketError.NetworkReset, SocketError.Shutdown);

    public static ConnectionEnd ToEnd(AkkaTcp.ConnectionClosed closed) => closed switch
    {
        AkkaTcp.ErrorClosed { Cause: { } text } when Errors.TryGetValue(text, out var reset) =>
            SocketErrors.ToEnd(reset),
        AkkaTcp.ErrorClosed error => new ConnectionEnd(ConnectionEndReason.IoError, error.Cause),
        _ => Stopped,
    };

    /// <summary>The stock connection ended by itself: its listener did, or the actor system does.</summary>
    public static ConnectionEnd Stopped { get; } =
        new(ConnectionEndReason.Stopped, "Akka.IO stopped the connection.");

    /// <summary>The stock connection refused a command.</summary>
    public static ConnectionEnd Refused(AkkaTcp.CommandFailed failed) =>
        new(ConnectionEndReason.IoError, failed.Cause.HasValue ? failed.Cause.Value.Message : failed.ToString());

    private static Dictionary<string, SocketError> Texts(params SocketError[] errors)
    {
        var texts = new Dictionary<string, SocketError>(StringComparer.Ordinal);
        foreach (var error in errors)
            texts.TryAdd(new SocketException((int)error).Message, error);
        return texts;
    }
}

using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Http.WebSockets;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// Logs the header of every frame of one WebSocket, and how it ended; never what frames contain. On the turn.
/// </summary>
internal sealed class WebSocketFrameLog : IFrameWatch
{
    /// <summary>The logger of all frame logs.</summary>
    public const string Source = "Aleph.Actors.FrameLog";

    private readonly ILoggingAdapter _log;
    private readonly LogLevel _level;
    private readonly string _name;

    private WebSocketFrameLog(ILoggingAdapter log, LogLevel level, ConnectionInfo info) =>
        (_log, _level, _name) = (log, level, ConnectionLog.Name(info));

    /// <summary>The log of one WebSocket; null where nothing is asked for or would be heard.</summary>
    public static WebSocketFrameLog? For(ActorSystem system, LogLevel? wanted, ConnectionInfo info)
    {
        if (wanted is not { } level)
            return null;
        var log = Logging.GetLogger(system, Source);
        return log.IsEnabled(level) ? new WebSocketFrameLog(log, level, info) : null;
    }

    public void Opened(WebSocketInfo info) =>
        Write($"is a WebSocket, sub-protocol {info.SubProtocol ?? "-"}, extensions {Or(info.Extensions, "-")}");

    public void Received(byte first, long length) => Frame("received", first, length);

    public void Sent(byte first, long length) => Frame("sent", first, length);

    public void Failed(WebSocketFault fault) =>
        Write($"received what fails it with {fault.CloseCode}: {fault.Summary}");

    public void Ended(WebSocketClose close) => Write($"ended as a WebSocket: {close}");

    private void Frame(string verb, byte first, long length)
    {
        var text = new StringBuilder(verb).Append(' ');
        text.Append(Name((WebSocketOpcode)(first & FrameHeader.OpcodeBits)));
        text.Append(CultureInfo.InvariantCulture, $", {length} bytes");
        if ((first & FrameHeader.Rsv1) != 0)
            text.Append(", compressed");
        if ((first & FrameHeader.Fin) == 0)
            text.Append(", not the last");
        Write(text.ToString());
    }

    private static string Name(WebSocketOpcode opcode) => opcode switch
    {
        WebSocketOpcode.Continuation => "continuation",
        WebSocketOpcode.Text => "text",
        WebSocketOpcode.Binary => "binary",
        WebSocketOpcode.Close => "close",
        WebSocketOpcode.Ping => "ping",
        _ => "pong",
    };

    private static string Or(string text, string instead) => text.Length > 0 ? text : instead;

    // As an argument and not as a format: reasons may hold braces.
    private void Write(string text) => _log.Log(_level, null, "{0} {1}", _name, text);
}

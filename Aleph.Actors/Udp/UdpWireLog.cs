using System.Globalization;
using System.Net;
using System.Text;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Udp;

/// <summary>
/// Logs one socket's life and datagrams. Made by its actor where the settings ask for it, and used on its turn.
/// </summary>
internal sealed class UdpWireLog
{
    private readonly WireLogSettings _settings;
    private readonly ILoggingAdapter _log;
    private readonly LogLevel _level;
    private readonly string _name;

    private UdpWireLog(ILoggingAdapter log, WireLogSettings settings, LogLevel level, UdpSocketProtocol.Bound bound)
    {
        (_log, _settings, _level) = (log, settings, level);
        _name = $"UDP socket {bound.LocalEndPoint}";
        Write(bound.RemoteEndPoint is { } peer ? $"{_name} is bound, its peer is {peer}" : $"{_name} is bound");
    }

    /// <summary>The log of one socket; null where nothing is asked for or would be heard.</summary>
    public static UdpWireLog? For(ActorSystem system, WireLogSettings settings, UdpSocketProtocol.Bound bound)
    {
        if (settings.Level is not { } level)
            return null;
        var log = Logging.GetLogger(system, WireLog.Source);
        return log.IsEnabled(level) ? new UdpWireLog(log, settings, level, bound) : null;
    }

    public void Received(EndPoint from, ReadOnlySpan<byte> payload) => Datagram("received", payload, "from", from);

    public void Dropped(EndPoint from) => Write($"{_name} dropped that datagram from {from}, as its queue is full");

    public void Oversized() => Write($"{_name} dropped a datagram that is longer than max-datagram-size");

    public void Sent(EndPoint? to, ReadOnlySpan<byte> payload) => Datagram("sent", payload, "to", to);

    public void NotSent(EndPoint? to, Exception cause) =>
        Write($"{_name} could not send a datagram to {to}: {cause.Message}");

    public void Unreachable(Exception cause) => Write($"{_name} heard that a datagram was lost: {cause.Message}");

    public void Closed(UdpSocketProtocol.Statistics statistics) => Write(
        $"{_name} is closed ({statistics.Received} datagrams received, {statistics.Dropped + statistics.Oversized}"
        + $" dropped, {statistics.Sent} sent, {statistics.SendFailures} not sent)");

    private void Datagram(string verb, ReadOnlySpan<byte> payload, string preposition, EndPoint? peer)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_name} {verb} {payload.Length} bytes {preposition} {peer}");
        WireLog.Dump(payload, text, _settings);
        Write(text.ToString());
    }

    // As an argument and not as a format: the bytes may hold braces.
    private void Write(string text) => _log.Log(_level, null, "{0}", text);
}

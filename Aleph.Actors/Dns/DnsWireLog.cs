using System.Globalization;
using System.Net;
using System.Text;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Dns;

/// <summary>
/// Logs the queries of a resolver and what name servers send. Made with its source where the settings ask for it. Any
/// thread.
/// </summary>
internal sealed class DnsWireLog
{
    private readonly WireLogSettings _settings;
    private readonly ILoggingAdapter _log;
    private readonly LogLevel _level;

    private DnsWireLog(ILoggingAdapter log, WireLogSettings settings, LogLevel level) =>
        (_log, _settings, _level) = (log, settings, level);

    /// <summary>The log of one resolver; null where nothing is asked for or would be heard.</summary>
    public static DnsWireLog? For(ActorSystem system, WireLogSettings settings)
    {
        if (settings.Level is not { } level)
            return null;
        var log = Logging.GetLogger(system, WireLog.Source);
        return log.IsEnabled(level) ? new DnsWireLog(log, settings, level) : null;
    }

    public void Connected(IPEndPoint server) => Write($"DNS over TCP is connected to {server}");

    public void Closed(IPEndPoint server, string end) => Write($"DNS over TCP is closed to {server}: {end}");

    public void Sent(string transport, IPEndPoint server, ReadOnlySpan<byte> message) =>
        Message(transport, "sent", message, "to", server);

    public void Received(string transport, IPEndPoint server, ReadOnlySpan<byte> message) =>
        Message(transport, "received", message, "from", server);

    public void PassedOver(IPEndPoint server) =>
        Write($"DNS over UDP passed over that datagram from {server}: it does not answer the query");

    public void Lost(IPEndPoint server, DnsReply.Lost lost) =>
        Write($"DNS got no answer from {server} ({lost.Kind}): {lost.Detail}");

    private void Message(
        string transport, string verb, ReadOnlySpan<byte> message, string preposition, IPEndPoint server)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"DNS over {transport} {verb} {message.Length} bytes {preposition} {server}");
        WireLog.Dump(message, text, _settings);
        Write(text.ToString());
    }

    // As an argument and not as a format: the bytes may hold braces.
    private void Write(string text) => _log.Log(_level, null, "{0}", text);
}

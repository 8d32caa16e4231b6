using System.Buffers;
using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Connections;

/// <summary>
/// Logs one connection's life and bytes. Made by its connection where the settings ask for it, and used on its turn.
/// </summary>
internal sealed class WireLog
{
    /// <summary>The logger of all wire logs.</summary>
    public const string Source = "Aleph.Actors.WireLog";

    private readonly WireLogSettings _settings;
    private readonly ILoggingAdapter _log;
    private readonly LogLevel _level;
    private readonly string _name;

    private WireLog(ILoggingAdapter log, WireLogSettings settings, LogLevel level, ConnectionInfo info)
    {
        _settings = settings;
        _log = log;
        _level = level;
        _name = ConnectionLog.Name(info);
    }

    /// <summary>The log of one connection; null where nothing is asked for or would be heard.</summary>
    public static WireLog? For(ActorSystem system, WireLogSettings settings, ConnectionInfo info)
    {
        if (settings.Level is not { } level)
            return null;
        var log = Logging.GetLogger(system, Source);
        return log.IsEnabled(level) ? new WireLog(log, settings, level, info) : null;
    }

    /// <summary>What becomes of an open connection: that it is idle, or reused.</summary>
    public void Note(string what) => Write($"{_name} {what}");

    public void Connected() => Write($"{_name} is connected");

    public void Opened(ConnectionInfo info)
    {
        if (info.Proxy is { } proxy)
            Write($"{_name} is proxied for {proxy.Source} by {proxy.Proxy}");
        if (info.Tls is { } tls)
        {
            var (alpn, sni) = (tls.ApplicationProtocol ?? "-", LogText.Of(tls.ServerName ?? "-"));
            Write($"{_name} speaks {tls.Protocol}, {tls.CipherSuite}, ALPN {alpn}, SNI {sni}");
        }
    }

    public void Closed(ConnectionEnd end, long received, long sent) =>
        Write($"{_name} is closed: {end.Reason} {end.Detail} ({received} bytes received, {sent} sent)");

    public void Received(ReadOnlySpan<byte> bytes) => Bytes("received", bytes);

    public void Sent(ReadOnlySpan<byte> bytes) => Bytes("sent", bytes);

    private void Bytes(string verb, ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_name} {verb} {bytes.Length} bytes");
        Dump(bytes, text, _settings);
        Write(text.ToString());
    }

    /// <summary>Adds the bytes, as far as the settings show any.</summary>
    public static void Dump(ReadOnlySpan<byte> bytes, StringBuilder text, WireLogSettings settings)
    {
        if (settings.MaxBytes == 0)
            return;
        text.Append('\n');
        HexDump.Write(bytes, text, settings.MaxBytes);
    }

    // As an argument and not as a format: the bytes may hold braces.
    private void Write(string text) => _log.Log(_level, null, "{0}", text);
}

/// <summary>Passes all bytes on, and logs them.</summary>
internal sealed class WireLogFilter(WireLog log) : IByteFilter
{
    public int Inbound(ReadOnlySpan<byte> received, IBufferWriter<byte> protocol)
    {
        if (received.Length > 0)
            log.Received(received);
        protocol.Write(received);
        return received.Length;
    }

    public void Outbound(ReadOnlySpan<byte> sent, IBufferWriter<byte> peer, bool isLast)
    {
        if (sent.Length > 0)
            log.Sent(sent);
        peer.Write(sent);
    }

    public void EndOfInput(IBufferWriter<byte> protocol)
    {
        // Nothing is held back.
    }
}

using Akka.Configuration;
using Akka.Event;
using Aleph.Actors.Http.WebSocketFaces;
using Aleph.Actors.Http.WebSockets;

namespace Aleph.Actors.Http;

/// <summary>
/// The settings of WebSockets, at either end. The defaults stand here; section <c>aleph.http.websocket</c> of
/// <c>hocon/aleph.http.conf</c> says the same. Change with <c>with</c>.
/// </summary>
public sealed record WebSocketSettings
{
    /// <summary>The defaults.</summary>
    public static WebSocketSettings Default { get; } = new();

    /// <summary>
    /// The longest frame that the peer may send, in bytes; longer closes with 1009. At least 125; null for no limit but
    /// <see cref="MaxMessageSize"/>, the default.
    /// </summary>
    public long? MaxFrameSize { get; init; }

    /// <summary>
    /// The longest message that the peer may send, in bytes after decompression; longer closes with 1009. 1 to
    /// 2,147,483,591. Default 1 MiB.
    /// </summary>
    public long MaxMessageSize { get; init; } = 1024 * 1024;

    /// <summary>The most frames of one message; more close with 1009. At least 1. Default 65,536.</summary>
    public int MaxFragments { get; init; } = 64 * 1024;

    /// <summary>
    /// Messages longer than this are sent in frames of this many bytes, so that pings and other connections need not
    /// wait. 1 KiB to 16 MiB. Default 64 KiB.
    /// </summary>
    public int FragmentSize { get; init; } = 64 * 1024;

    /// <summary>
    /// How many bytes of messages wait for an application that does not take them, before reading stops. 1 KiB to
    /// 1 GiB. Default 64 KiB.
    /// </summary>
    public int ReceiveWindow { get; init; } = 64 * 1024;

    /// <summary>
    /// How many bytes an actor may have waiting to be sent; what is beyond is refused with <c>CommandFailed</c>. At
    /// least 1 KiB. Default 1 MiB.
    /// </summary>
    public long SendLimit { get; init; } = 1024 * 1024;

    /// <summary>
    /// Messages up to this many bytes are one strict element of a stream; longer ones are streamed. 0 bytes to 1 GiB.
    /// Default 64 KiB.
    /// </summary>
    public int StrictLimit { get; init; } = 64 * 1024;

    /// <summary>Whether permessage-deflate (RFC 7692) is offered and accepted. Default true.</summary>
    public bool Compression { get; init; } = true;

    /// <summary>How hard to compress: 1 (fastest) to 9 (smallest). Default 1.</summary>
    public int CompressionLevel { get; init; } = 1;

    /// <summary>Messages shorter than this many bytes are not compressed. At least 0. Default 128.</summary>
    public int CompressionThreshold { get; init; } = 128;

    /// <summary>
    /// Whether our compressed messages may refer to earlier ones: smaller and faster, for 230 KiB a connection that
    /// sends. Default true.
    /// </summary>
    public bool OwnContextTakeover { get; init; } = true;

    /// <summary>
    /// Whether the peer's compressed messages may refer to earlier ones, for some 40 KiB a connection at all times.
    /// Default false.
    /// </summary>
    public bool PeerContextTakeover { get; init; }

    /// <summary>
    /// After how long without a compressed message the memory of <see cref="OwnContextTakeover"/> is given back. Above
    /// 0, up to 1 day. Default 2 s.
    /// </summary>
    public TimeSpan ContextIdleTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// After how long without a byte from the peer a Ping is sent. Above 0; null for never. Default 30 s.
    /// </summary>
    public TimeSpan? HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long, after such a Ping, there may be no byte from the peer; then the connection is reset. Above 0; null for
    /// any time. Default 30 s.
    /// </summary>
    public TimeSpan? HeartbeatTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the peer may take to answer a Close, and to end its side. Above 0, up to 1 day. Default 5 s.
    /// </summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a peer may take not one byte of what there is to send, before the connection is reset. Above 0; null
    /// for no limit. Default 30 s.
    /// </summary>
    public TimeSpan? SendStallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// At which level the header of every frame is logged, by the logger <c>Aleph.Actors.FrameLog</c>; what frames
    /// contain is not. Null, the default, for nothing.
    /// </summary>
    public LogLevel? FrameLog { get; init; }

    /// <summary>Reads the section <c>aleph.http.websocket</c>, and the defaults where it is silent.</summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static WebSocketSettings FromConfig(Config config) =>
        WebSocketSettingsReader.Read(CheckedConfig.Over(config, HttpConfig.Reference, "aleph.http"));

    /// <summary>All that is wrong with these settings, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new SettingsFaults("aleph.http.websocket");
        faults.AtLeast("max-frame-size", MaxFrameSize, 125);
        faults.Between("max-message-size", MaxMessageSize, 1, Array.MaxLength);
        faults.Between("max-fragments", MaxFragments, 1, int.MaxValue);
        faults.Between("fragment-size", FragmentSize, 1024, 16 << 20);
        faults.Between("receive-window", ReceiveWindow, 1024, 1 << 30);
        faults.Between("send-limit", SendLimit, 1024, long.MaxValue);
        faults.Between("strict-limit", StrictLimit, 0, 1 << 30);
        faults.Between("compression-level", CompressionLevel, 1, 9);
        faults.Between("compression-threshold", CompressionThreshold, 0, int.MaxValue);
        faults.Between("context-idle-timeout", ContextIdleTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1));
        Positive(faults, "heartbeat-interval", HeartbeatInterval);
        Positive(faults, "heartbeat-timeout", HeartbeatTimeout);
        faults.Between("close-timeout", CloseTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1));
        Positive(faults, "send-stall-timeout", SendStallTimeout);
        return faults.All;
    }

    /// <summary>What the machine needs of them.</summary>
    internal WebSocketLimits Limits() => new()
    {
        MaxFrameSize = MaxFrameSize ?? long.MaxValue,
        MaxMessageSize = MaxMessageSize,
        MaxFragments = MaxFragments,
    };

    /// <summary>What this end wants of permessage-deflate.</summary>
    internal DeflateParameters Wanted(WebSocketRole role) => new()
    {
        ServerNoTakeover = !(role == WebSocketRole.Server ? OwnContextTakeover : PeerContextTakeover),
        ClientNoTakeover = !(role == WebSocketRole.Client ? OwnContextTakeover : PeerContextTakeover),
    };

    private static void Positive(SettingsFaults faults, string key, TimeSpan? value)
    {
        if (value <= TimeSpan.Zero)
            faults.Add(key, value, "it must be above 0s, or infinite");
    }
}

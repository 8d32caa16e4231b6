using System.Reflection;
using Akka.Configuration;
using Aleph.Actors.Http;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>The record and hocon/aleph.http.conf say the same, and every fault is named.</summary>
public sealed class WebSocketSettingsTests
{
    private static readonly WebSocketSettings Default = WebSocketSettings.Default;

    public static TheoryData<string, string> Keys() => new()
    {
        { "max-frame-size = 1KiB", "MaxFrameSize = 1024" },
        { "max-message-size = 2MiB", "MaxMessageSize = 2097152" },
        { "max-fragments = 7", "MaxFragments = 7" },
        { "fragment-size = 1KiB", "FragmentSize = 1024" },
        { "receive-window = 1KiB", "ReceiveWindow = 1024" },
        { "send-limit = 2KiB", "SendLimit = 2048" },
        { "strict-limit = 0b", "StrictLimit = 0" },
        { "compression = off", "Compression = False" },
        { "compression-level = 9", "CompressionLevel = 9" },
        { "compression-threshold = 0b", "CompressionThreshold = 0" },
        { "own-context-takeover = off", "OwnContextTakeover = False" },
        { "peer-context-takeover = on", "PeerContextTakeover = True" },
        { "context-idle-timeout = 3s", "ContextIdleTimeout = 00:00:03" },
        { "heartbeat-interval = infinite", "HeartbeatInterval = " },
        { "heartbeat-timeout = 3s", "HeartbeatTimeout = 00:00:03" },
        { "close-timeout = 3s", "CloseTimeout = 00:00:03" },
        { "send-stall-timeout = infinite", "SendStallTimeout = " },
        { "frame-log = info", "FrameLog = InfoLevel" },
    };

    public static TheoryData<WebSocketSettings, string> Faults() => new()
    {
        { Default with { MaxFrameSize = 124 }, "max-frame-size is 124; it must be at least 125, or infinite" },
        { Default with { MaxMessageSize = 0 }, "max-message-size is 0; it must be between 1 and 2147483591" },
        { Default with { MaxFragments = 0 }, "max-fragments is 0; it must be between 1 and 2147483647" },
        { Default with { FragmentSize = 1023 }, "fragment-size is 1023; it must be between 1024 and 16777216" },
        { Default with { ReceiveWindow = 1023 }, "receive-window is 1023; it must be between 1024 and 1073741824" },
        { Default with { SendLimit = 1 }, "send-limit is 1; it must be between 1024 and 9223372036854775807" },
        { Default with { StrictLimit = -1 }, "strict-limit is -1; it must be between 0 and 1073741824" },
        { Default with { CompressionLevel = 0 }, "compression-level is 0; it must be between 1 and 9" },
        { Default with { CompressionLevel = 10 }, "compression-level is 10; it must be between 1 and 9" },
        {
            Default with { CompressionThreshold = -1 },
            "compression-threshold is -1; it must be between 0 and 2147483647"
        },
        { Default with { ContextIdleTimeout = default }, "context-idle-timeout is 0s; it must be between 1ms and 1d" },
        {
            Default with { HeartbeatInterval = default(TimeSpan) },
            "heartbeat-interval is 0s; it must be above 0s, or infinite"
        },
        {
            Default with { HeartbeatTimeout = default(TimeSpan) },
            "heartbeat-timeout is 0s; it must be above 0s, or infinite"
        },
        { Default with { CloseTimeout = default }, "close-timeout is 0s; it must be between 1ms and 1d" },
        {
            Default with { SendStallTimeout = default(TimeSpan) },
            "send-stall-timeout is 0s; it must be above 0s, or infinite"
        },
    };

    [Fact]
    public void The_defaults_equal_the_HOCON_and_are_valid()
    {
        Assert.Equal(Default, WebSocketSettings.FromConfig(Config.Empty));
        Assert.Equal(Default, HttpServerSettings.FromConfig(Config.Empty).WebSocket);
        Assert.Empty(Default.Validate());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_key_is_read(string line, string property)
    {
        var read = WebSocketSettings.FromConfig(ConfigurationFactory.ParseString($"aleph.http.websocket.{line}"));
        Assert.NotEqual(Default, read);
        var name = property.Split(" = ")[0];
        var value = typeof(WebSocketSettings).GetProperty(name)!.GetValue(read);
        Assert.Equal(property, FormattableString.Invariant($"{name} = {value}"));
    }

    [Fact]
    public void Every_property_has_a_key() => Assert.Equal(
        typeof(WebSocketSettings).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(x => x.Name).Order(),
        Keys().Select(x => ((string)x[1]).Split(" = ")[0]).Order());

    [Fact]
    public void An_unknown_level_of_the_frame_log_is_named() => Assert.Equal(
        "aleph.http.websocket.frame-log is loud; it must be off, debug, info or warning",
        Assert.Throws<ConfigurationException>(() => WebSocketSettings.FromConfig(
            ConfigurationFactory.ParseString("aleph.http.websocket.frame-log = loud"))).Message);

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_fault_is_named(WebSocketSettings settings, string fault)
    {
        Assert.Equal([$"aleph.http.websocket.{fault}"], settings.Validate());
        var server = HttpServerSettings.Default with { WebSocket = settings };
        Assert.Contains($"aleph.http.websocket.{fault}", server.Validate());
    }
}

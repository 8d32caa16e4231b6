using Akka.Configuration;
using Aleph.Actors.Http;
using Xunit;

namespace Aleph.Actors.Tests;

/// <summary>What a configuration says that cannot be meant.</summary>
public class CheckedConfigTests
{
    [Theory]
    [InlineData("aleph.tcp.connection.idle-timeout = abc",
        "aleph.tcp.connection.idle-timeout is abc; it must be a time such as 30s, or infinite")]
    [InlineData("aleph.tcp.client.tls.enabled = maybe", "aleph.tcp.client.tls.enabled is maybe; it must be on or off")]
    [InlineData("aleph.tcp.client.connect-timeout = soon",
        "aleph.tcp.client.connect-timeout is soon; it must be a time such as ")]
    [InlineData("aleph.tcp.connection.output-high-mark = big",
        "aleph.tcp.connection.output-high-mark is big; it must be a size such as ")]
    [InlineData("aleph.tcp.backlog = many", "aleph.tcp.backlog is many; it must be a whole number such as ")]
    [InlineData("aleph.tcp.backlog = [1]", "aleph.tcp.backlog is a list; it must be one value, such as ")]
    [InlineData("aleph.tcp.backlog { a = 1 }", "aleph.tcp.backlog is a section; it must be one value, such as ")]
    [InlineData("aleph.tcp.connection = 7", "aleph.tcp.connection is 7; it must be a section { ... }")]
    [InlineData("aleph.tcp.client.conect-timeout = 1s",
        "aleph.tcp.client.conect-timeout is no setting; aleph.tcp.client has attempt-delay, connect-timeout, ")]
    [InlineData("aleph.tcp.connection.socket.keep-alive-time = later",
        "aleph.tcp.connection.socket.keep-alive-time is later; it must be ")]
    [InlineData("aleph.tcp.connection.output-high-mark = 64KB",
        "aleph.tcp.connection.output-high-mark is 64KB; it must be a size such as 64KiB")]
    [InlineData("aleph.tcp.backlog = 1.5", "aleph.tcp.backlog is 1.5; it must be a whole number such as ")]
    [InlineData("aleph.tcp.backlog = ${?ALEPH_UNSET}", "aleph.tcp.backlog is a section; it must be ")]
    [InlineData("aleph.tcp.connection = ${?ALEPH_UNSET}", "aleph.tcp.connection.")]
    public void Names_what_cannot_be_meant(string text, string fault)
    {
        var failure = Assert.Throws<ConfigurationException>(
            () => TcpClientSettings.FromConfig(ConfigurationFactory.ParseString(text)));
        Assert.StartsWith(fault, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_every_fault_once_whatever_layer_it_is_in()
    {
        var config = ConfigurationFactory.ParseString("aleph.tcp.backlog = many")
            .WithFallback(ConfigurationFactory.ParseString("aleph.tcp { backlog = few, nonsense = 1 }"));
        var failure = Assert.Throws<ConfigurationException>(() => TcpSettings.FromConfig(config));
        Assert.Equal(3, failure.Message.Split(Environment.NewLine).Length);
        Assert.Contains("aleph.tcp.nonsense is no setting", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aleph.http.server.max-header-count = some", "aleph.http.server.max-header-count is some")]
    [InlineData("aleph.http.websocket.frame-log = loud", "aleph.http.websocket.frame-log is loud")]
    [InlineData("aleph.http.websocket.compression = perhaps", "aleph.http.websocket.compression is perhaps")]
    public void Http_too(string text, string fault)
    {
        var config = ConfigurationFactory.ParseString(text);
        foreach (var read in new Func<object>[]
            { () => HttpServerSettings.FromConfig(config), () => WebSocketSettings.FromConfig(config) })
        {
            var failure = Assert.Throws<ConfigurationException>(read);
            Assert.StartsWith(fault, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void All_settings_refuse_a_key_that_does_not_exist()
    {
        var config = ConfigurationFactory.ParseString(
            "aleph { tcp.nonsense = 1, udp.nonsense = 1, dns.nonsense = 1, http.nonsense = 1 }");
        var readers = from library in new[] { typeof(TcpSettings).Assembly, typeof(HttpServerSettings).Assembly }
                      from type in library.GetExportedTypes()
                      let read = type.GetMethod("FromConfig", [typeof(Config)])
                      where read is not null
                      select read;
        var all = readers.ToList();
        Assert.Contains(all, x => x.DeclaringType == typeof(WebSocketSettings));
        foreach (var read in all)
        {
            var failure = Record.Exception(() => read.Invoke(null, [config]))?.InnerException;
            Assert.True(failure is ConfigurationException, $"{read.DeclaringType} took it.");
            Assert.Contains("nonsense is no setting", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("aleph.tcp.client.connect-timeout = infinite")]
    [InlineData("aleph.tcp.client.connect-timeout = 1500")]
    [InlineData("aleph.tcp.client.connect-timeout = 2 seconds")]
    [InlineData("aleph.tcp.client.tls.enabled = true")]
    [InlineData("aleph.tcp.connection.output-high-mark = 70000")]
    [InlineData("aleph.tcp.connection.output-high-mark = 1 MiB")]
    [InlineData("aleph.tcp.connection.socket { keep-alive = on, keep-alive-time = 30s }")]
    [InlineData("aleph.tcp.connection.socket.receive-buffer = 256k")]
    [InlineData("aleph.other.thing = 1")]
    public void Accepts_what_can_be_read(string text) =>
        Assert.Empty(TcpClientSettings.FromConfig(ConfigurationFactory.ParseString(text)).Validate());

    [Fact]
    public void A_number_that_may_have_a_point_is_read_with_one()
    {
        var settings = HttpServerSettings.FromConfig(
            ConfigurationFactory.ParseString("aleph.http.server.min-response-data-rate = 0.5"));
        Assert.Equal(0.5, settings.MinResponseDataRate);
    }
}

using System.Net;
using Akka.Configuration;
using Xunit;

namespace Aleph.Actors.Tests.Udp;

public sealed class UdpSettingsTests
{
    [Fact]
    public void Reference_configuration_says_the_same_as_the_defaults() =>
        Assert.Equal(UdpSettings.Default, UdpSettings.FromConfig(Config.Empty));

    [Fact]
    public void Defaults_are_valid() => Assert.Empty(UdpSettings.Default.Validate());

    [Fact]
    public void Every_fault_is_named_with_key_value_and_range()
    {
        var settings = new UdpSettings
        {
            RemoteEndPoint = new DnsEndPoint("host", 0),
            ReceiveBuffer = 255,
            SendBuffer = 255,
            MaxDatagramSize = 65_528,
            ReceiveQueueCapacity = 0,
            ReceiveQueueBytes = 1023,
            SendQueueCapacity = 0,
            SendQueueBytes = 1023,
            MulticastTtl = 256,
            MulticastGroups = [IPAddress.Loopback, IPAddress.IPv6Loopback],
        };

        Assert.Equal(
            [
                "aleph.udp.remote-port is 0; it must be between 1 and 65535",
                "aleph.udp.receive-buffer is 255; it must be between 256 and 1073741824",
                "aleph.udp.send-buffer is 255; it must be between 256 and 1073741824",
                "aleph.udp.max-datagram-size is 65528; it must be between 0 and 65527",
                "aleph.udp.receive-queue-capacity is 0; it must be between 1 and 10000000",
                "aleph.udp.receive-queue-bytes is 1023; it must be between 1024 and 1073741824",
                "aleph.udp.send-queue-capacity is 0; it must be between 1 and 10000000",
                "aleph.udp.send-queue-bytes is 1023; it must be between 1024 and 1073741824",
                "aleph.udp.multicast-ttl is 256; it must be between 0 and 255",
                "aleph.udp.multicast-groups is 127.0.0.1; each must be a multicast address",
                "aleph.udp.multicast-groups is ::1; each must be a multicast address",
            ],
            settings.Validate());
    }

    [Fact]
    public void Values_of_the_configuration_reach_the_record()
    {
        var settings = UdpSettings.FromConfig(ConfigurationFactory.ParseString("""
            aleph.udp {
              host = "*", port = 99, remote-host = example.test, remote-port = 98, dual-mode = off, reuse-address = on
              broadcast = on, receive-buffer = 1MiB, send-buffer = 2MiB, max-datagram-size = 1500
              receive-queue-capacity = 1, receive-queue-bytes = 2KiB, send-queue-capacity = 3, send-queue-bytes = 4KiB
              multicast-groups = ["239.1.1.1", "ff02::1"], multicast-interface = lo, multicast-ttl = 5
              multicast-loopback = off
            }
            aleph.io.inline-completions = on
            """));

        Assert.Equal([IPAddress.Parse("239.1.1.1"), IPAddress.Parse("ff02::1")], settings.MulticastGroups);
        var expected = new UdpSettings
        {
            EndPoint = new IPEndPoint(IPAddress.IPv6Any, 99),
            RemoteEndPoint = new DnsEndPoint("example.test", 98),
            DualMode = false,
            ReuseAddress = true,
            Broadcast = true,
            ReceiveBuffer = 1 << 20,
            SendBuffer = 2 << 20,
            MaxDatagramSize = 1500,
            ReceiveQueueCapacity = 1,
            ReceiveQueueBytes = 2048,
            SendQueueCapacity = 3,
            SendQueueBytes = 4096,
            MulticastGroups = settings.MulticastGroups,
            MulticastInterface = "lo",
            MulticastTtl = 5,
            MulticastLoopback = false,
            InlineCompletions = true,
        };
        Assert.Equal(expected, settings);
    }

    [Fact]
    public void A_host_may_be_none_and_a_peer_an_address()
    {
        var settings = UdpSettings.FromConfig(ConfigurationFactory.ParseString(
            "aleph.udp { host = none, remote-host = \"::1\", remote-port = 7 }"));

        Assert.Null(settings.EndPoint);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 7), settings.RemoteEndPoint);
    }

    [Theory]
    [InlineData("aleph.udp.host = example", "aleph.udp.host is example")]
    [InlineData("aleph.udp.port = 65536", "aleph.udp.port is 65536; it must be between 0 and 65535")]
    [InlineData("aleph.udp.remote-port = -1", "aleph.udp.remote-port is -1; it must be between 0 and 65535")]
    [InlineData("aleph.udp.multicast-groups = [x]", "aleph.udp.multicast-groups has x; each must be an IP address")]
    public void Unreadable_values_are_named(string config, string text)
    {
        var fault = Assert.Throws<ConfigurationException>(
            () => UdpSettings.FromConfig(ConfigurationFactory.ParseString(config)));

        Assert.StartsWith(text, fault.Message, StringComparison.Ordinal);
    }
}

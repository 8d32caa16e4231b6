using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

public sealed class TcpSettingsTests
{
    [Fact]
    public void Reference_configuration_says_the_same_as_the_defaults() =>
        Assert.Equal(TcpSettings.Default, TcpSettings.FromConfig(Config.Empty));

    [Fact]
    public void Defaults_are_valid() => Assert.Empty(TcpSettings.Default.Validate());

    [Fact]
    public void Every_fault_is_named_with_key_value_and_range()
    {
        var settings = new TcpSettings
        {
            Backlog = 0,
            MaxConnections = 0,
            DrainTimeout = TimeSpan.FromSeconds(-1),
            Connection = new ConnectionSettings { MinReceiveBuffer = 1 },
        };

        Assert.Equal(
            [
                "aleph.tcp.backlog is 0; it must be between 1 and 65535",
                "aleph.tcp.max-connections is 0; it must be at least 1, or infinite",
                "aleph.tcp.drain-timeout is -1s; it must be between 0s and 1d",
                "aleph.tcp.connection.min-receive-buffer is 1; it must be between 256 and 1048576",
            ],
            settings.Validate());
    }

    [Fact]
    public void Props_of_a_server_throw_all_faults_at_once()
    {
        var settings = new TcpSettings { Backlog = 70_000, Listeners = 2 };

        var fault = Assert.Throws<ArgumentException>(() => TcpServer.Props(_ => new EchoProtocol(), settings));

        Assert.Contains(
            "aleph.tcp.backlog is 70000; it must be between 1 and 65535", fault.Message, StringComparison.Ordinal);
        Assert.Contains(
            "aleph.tcp.listeners is 2; more than one needs reuse-port = on", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_the_configuration_reach_the_record()
    {
        var settings = TcpSettings.FromConfig(ConfigurationFactory.ParseString("""
            aleph.tcp { host = "*", port = 8080, max-connections = 12, drain-timeout = 1m }
            aleph.tcp.connection.output-high-mark = 1MiB
            aleph.io.inline-completions = on
            """));

        Assert.Equal(new IPEndPoint(IPAddress.IPv6Any, 8080), settings.EndPoint);
        Assert.Equal(12, settings.MaxConnections);
        Assert.Equal(TimeSpan.FromMinutes(1), settings.DrainTimeout);
        Assert.Equal(1 << 20, settings.Connection.OutputHighMark);
        Assert.True(settings.Connection.InlineCompletions);
    }

    [Fact]
    public void Host_may_name_a_unix_domain_socket()
    {
        var settings = TcpSettings.FromConfig(ConfigurationFactory.ParseString("aleph.tcp.host = \"unix:/run/api\""));

        Assert.Equal("/run/api", Assert.IsType<UnixDomainSocketEndPoint>(settings.EndPoint).ToString());
    }

    [Theory]
    [InlineData("aleph.tcp.host = example", "aleph.tcp.host is example")]
    [InlineData("aleph.tcp.port = 65536", "aleph.tcp.port is 65536; it must be between 0 and 65535")]
    [InlineData("aleph.tcp.max-connections = many", "aleph.tcp.max-connections is many")]
    public void Unreadable_values_are_named(string config, string text)
    {
        var fault = Assert.Throws<ConfigurationException>(
            () => TcpSettings.FromConfig(ConfigurationFactory.ParseString(config)));

        Assert.StartsWith(text, fault.Message, StringComparison.Ordinal);
    }
}

using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Transports.AkkaIo;

/// <summary>
/// What stock Akka.IO cannot do is refused with a sentence that names key, value and what is allowed.
/// </summary>
public sealed class AkkaIoRefusalTests : PatientTestKit
{
    private static readonly TcpSettings Server = new() { Transport = TcpTransport.AkkaIo };

    [Fact]
    public void Plain_settings_are_valid()
    {
        Assert.Empty(Server.Validate());
        Assert.Empty(new TcpClientSettings { Transport = TcpTransport.AkkaIo }.Validate());
    }

    [Fact]
    public void Configuration_names_the_transport_for_servers_and_clients()
    {
        var config = ConfigurationFactory.ParseString("aleph.tcp.transport = akka-io");
        Assert.Equal(TcpTransport.AkkaIo, TcpSettings.FromConfig(config).Transport);
        Assert.Equal(TcpTransport.AkkaIo, TcpClientSettings.FromConfig(config).Transport);
        var fault = Assert.Throws<ConfigurationException>(
            () => TcpSettings.FromConfig(ConfigurationFactory.ParseString("aleph.tcp.transport = netty")));
        Assert.Equal("aleph.tcp.transport is netty; it must be sockets or akka-io", fault.Message);
    }

    [Fact]
    public void A_bound_socket()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Refused(
            Server with { Socket = socket },
            "aleph.tcp.socket is set; a bound socket cannot be handed in with aleph.tcp.transport = akka-io; "
            + "sockets can");
    }

    [Fact]
    public void A_Unix_domain_socket() => Refused(
        Server with { EndPoint = new UnixDomainSocketEndPoint("/tmp/a") },
        "aleph.tcp.host is unix:/tmp/a; it must be an IP address with aleph.tcp.transport = akka-io; sockets can do "
        + "Unix domain sockets");

    [Fact]
    public void Inline_completions() => Refused(
        Server with { Connection = new ConnectionSettings { InlineCompletions = true } },
        "aleph.io.inline-completions is on; it must be off with aleph.tcp.transport = akka-io; sockets can");

    [Fact]
    public void Inline_completions_and_a_Unix_local_address_of_clients() => Assert.Equal(
        [
            "aleph.tcp.client.local-end-point is unix:/tmp/a; it must be an IP address with aleph.tcp.transport = "
            + "akka-io; sockets can do Unix domain sockets",
            "aleph.io.inline-completions is on; it must be off with aleph.tcp.transport = akka-io; sockets can",
        ],
        new TcpClientSettings
        {
            Transport = TcpTransport.AkkaIo,
            LocalEndPoint = new UnixDomainSocketEndPoint("/tmp/a"),
            Connection = new ConnectionSettings { InlineCompletions = true },
        }.Validate());

    [Fact]
    public void An_unknown_transport()
    {
        const string Fault = "transport is 7; it must be sockets or akka-io";
        Assert.Equal(["aleph.tcp." + Fault], new TcpSettings { Transport = (TcpTransport)7 }.Validate());
        Assert.Equal(["aleph.tcp.client." + Fault], new TcpClientSettings { Transport = (TcpTransport)7 }.Validate());
    }

    [Fact]
    public async Task Connecting_to_a_Unix_domain_socket()
    {
        var connect = TcpClient.ConnectAsync(
            Sys,
            new UnixDomainSocketEndPoint("/tmp/a"),
            _ => new EchoProtocol(),
            new TcpClientSettings { Transport = TcpTransport.AkkaIo });
        var failure = await Assert.ThrowsAsync<ConnectException>(() => connect.Within("a refusal"));
        Assert.IsType<NotSupportedException>(failure.InnerException);
        Assert.Contains("aleph.tcp.transport = akka-io", failure.Message, StringComparison.Ordinal);
    }

    private static void Refused(TcpSettings settings, string fault)
    {
        Assert.Equal([fault], settings.Validate());
        var thrown = Assert.Throws<ArgumentException>(() => TcpServer.Props(_ => new EchoProtocol(), settings));
        Assert.Equal(fault, thrown.Message);
    }
}

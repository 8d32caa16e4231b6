using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Tests.Support;
using Xunit;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tests.Tcp.Handlers;

/// <summary>Clients that are actors below whoever spawned them.</summary>
public sealed class TcpClientPropsTests : TcpFace
{
    [Fact]
    public async Task Connections_are_below_the_client_and_end_with_it()
    {
        using var listener = Listen();
        var client = Sys.ActorOf(TcpClient.Props(), "client");
        client.Tell(new TcpCommands.Connect(listener.LocalEndPoint!), TestActor);
        using var peer = await listener.AcceptAsync().Within("a connection");
        await ExpectMsgAsync<AkkaTcp.Connected>(Long);
        var connection = LastSender;
        Assert.Equal(client.Path / "connections" / "1", connection.Path);
        connection.Tell(new AkkaTcp.Register(TestActor), TestActor);
        connection.Tell(Write("last words"), TestActor);
        connection.Tell(Write(0, new Ack(1)), TestActor);
        await ExpectMsgAsync<Ack>(Long);

        Sys.Stop(client);

        Assert.Equal("last words"u8.ToArray(), await ReadToEndAsync(peer));
        await ExpectMsgAsync<AkkaTcp.Aborted>(Long);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_fails_in_its_phase()
    {
        var client = Sys.ActorOf(TcpClient.Props());

        client.Tell(new AkkaTcp.Connect(new DnsEndPoint("no-such-host.invalid", 1)), TestActor);

        Assert.Equal(ConnectPhase.Resolve, (await FailureAsync()).Phase);
    }

    [Fact]
    public async Task The_connect_timeout_covers_the_resolver()
    {
        var settings = TcpClientSettings.Default with
        {
            Resolver = new SilentResolver(),
            ConnectTimeout = TimeSpan.FromMilliseconds(50),
        };
        var client = Sys.ActorOf(TcpClient.Props(settings));

        client.Tell(new TcpCommands.Connect(new DnsEndPoint("anywhere", 1)), TestActor);

        var failure = await FailureAsync();
        Assert.True(failure.IsTimeout);
        Assert.Equal(ConnectPhase.Resolve, failure.Phase);
    }

    [Fact]
    public async Task The_timeout_of_a_stock_command_holds()
    {
        var settings = TcpClientSettings.Default with { Resolver = new SilentResolver() };
        var client = Sys.ActorOf(TcpClient.Props(settings));

        client.Tell(
            new AkkaTcp.Connect(new DnsEndPoint("anywhere", 1), timeout: TimeSpan.FromMilliseconds(50)), TestActor);

        Assert.True((await FailureAsync()).IsTimeout);
    }

    [Fact]
    public async Task The_addresses_of_a_name_are_raced()
    {
        using var listener = Listen();
        using var refusing = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        refusing.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), port));
        var settings = TcpClientSettings.Default with
        {
            Resolver = new FixedResolver(IPAddress.Parse("127.0.0.2"), IPAddress.Loopback),
        };

        Sys.ActorOf(TcpClient.Props(settings)).Tell(
            new TcpCommands.Connect(new DnsEndPoint("two-addresses", port)), TestActor);

        var connected = await ExpectMsgAsync<AkkaTcp.Connected>(Long);
        Assert.Equal(listener.LocalEndPoint, connected.RemoteAddress);
    }

    [Fact]
    public async Task Faults_of_settings_are_all_named()
    {
        var settings = TcpClientSettings.Default with { ConnectTimeout = TimeSpan.Zero, AttemptDelay = TimeSpan.Zero };
        Assert.Throws<ArgumentException>(() => TcpClient.Props(settings));

        Sys.ActorOf(TcpClient.Props()).Tell(new TcpCommands.Connect(Loopback, settings), TestActor);

        var failed = await ExpectMsgAsync<AkkaTcp.CommandFailed>(Long);
        var cause = Assert.IsType<ArgumentException>(failed.Cause.Value);
        Assert.Contains("aleph.tcp.client.connect-timeout", cause.Message, StringComparison.Ordinal);
        Assert.Contains("aleph.tcp.client.attempt-delay", cause.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_takes_no_bind()
    {
        Sys.ActorOf(TcpClient.Props()).Tell(new AkkaTcp.Bind(TestActor, Loopback), TestActor);

        var failed = await ExpectMsgAsync<AkkaTcp.CommandFailed>(Long);
        Assert.IsType<NotSupportedException>(failed.Cause.Value);
    }

    private async Task<ConnectException> FailureAsync()
    {
        var failed = await ExpectMsgAsync<AkkaTcp.CommandFailed>(Long);
        return Assert.IsType<ConnectException>(failed.Cause.Value);
    }

    private sealed class SilentResolver : IDnsResolver
    {
        public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation)
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return [];
        }
    }

    private sealed class FixedResolver(params IPAddress[] addresses) : IDnsResolver
    {
        public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation) =>
            ValueTask.FromResult<IReadOnlyList<IPAddress>>(addresses);
    }
}

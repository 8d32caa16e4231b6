using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.IO;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Transports.Tls;
using Xunit;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tests.Tcp.Handlers;

/// <summary>TLS of connections that actors handle: from the first byte on, and begun later.</summary>
public sealed class TcpHandlerTlsTests : TlsHarness
{
    private static readonly TlsServerSettings Server = ServerOf();

    private static TimeSpan Long => Waiting.Patience;

    private IActorRef Manager => Sys.AlephTcp().Manager;

    [Fact]
    public async Task A_bind_handler_is_told_of_a_connection_after_its_handshake()
    {
        var endPoint = await BindAsync(TcpSettings.Default with { Tls = Server });

        // Nobody is told of the first, which says nothing of TLS.
        using var plain = await TcpTesting.ConnectAsync(endPoint);
        await plain.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        await plain.ReceiveTextAsync();
        var socket = await TcpTesting.ConnectAsync(endPoint);
        using var tls = await OpenAsync(new NetworkStream(socket, ownsSocket: true));

        var connected = await ExpectMsgAsync<AkkaTcp.Connected>(Long);
        Assert.Equal(socket.LocalEndPoint, connected.RemoteAddress);
        var connection = LastSender;
        connection.Tell(new AkkaTcp.Register(Sys.ActorOf(Props.Create(() => new EchoHandler(null)))), TestActor);
        await AssertEchoesAsync(tls);
        connection.Tell(TcpCommands.GetInfo.Instance, TestActor);
        Assert.NotNull((await ExpectMsgAsync<TcpEvents.Info>(Long)).Connection.Tls);
    }

    [Fact]
    public async Task A_server_with_handlers_does_tls()
    {
        await using var server = await TcpServer.BindAsync(
            Sys, _ => Props.Create(() => new EchoHandler(null)), TcpSettings.Default with { Tls = Server });
        using var tls = await OpenAsync(server);

        await AssertEchoesAsync(tls);
    }

    [Fact]
    public async Task Connect_does_tls()
    {
        await using var server = await ServeAsync(Server);

        Manager.Tell(ConnectTo(server.LocalEndPoint, Client), TestActor);
        await ExpectMsgAsync<AkkaTcp.Connected>(Long);

        LastSender.Tell(new AkkaTcp.Register(TestActor), TestActor);
        LastSender.Tell(WriteOf("secret"), TestActor);
        Assert.Equal("secret", (await ExpectMsgAsync<AkkaTcp.Received>(Long)).Data.ToString());
    }

    [Fact]
    public async Task A_failed_handshake_is_a_failed_command_with_a_typed_cause()
    {
        await using var server = await ServeAsync(Server);
        var connect = ConnectTo(server.LocalEndPoint, Client with { ServerName = "elsewhere.example.org" });

        Manager.Tell(connect, TestActor);

        var failed = await ExpectMsgAsync<AkkaTcp.CommandFailed>(Long);
        Assert.Same(connect, failed.Cmd);
        var cause = Assert.IsType<ConnectException>(failed.Cause.Value);
        Assert.Equal(ConnectPhase.Handshake, cause.Phase);
        Assert.IsType<TlsException>(cause.InnerException);
    }

    [Fact]
    public async Task Both_roles_begin_tls_in_mid_connection()
    {
        var (server, client) = await PairAsync();
        client.Tell(WriteOf("STARTTLS"), TestActor);
        Assert.Equal("STARTTLS", (await ExpectMsgAsync<AkkaTcp.Received>(Long)).Data.ToString());
        var secured = CreateTestProbe();
        server.Tell(TcpCommands.StartTls.AsServer(Server, ByteString.FromString("go")), secured.Ref);
        server.Tell(WriteOf("held"), TestActor);
        Assert.Equal("go", (await ExpectMsgAsync<AkkaTcp.Received>(Long)).Data.ToString());

        client.Tell(TcpCommands.StartTls.AsClient(Client, "localhost"), secured.Ref);

        Assert.NotNull((await secured.ExpectMsgAsync<TcpEvents.Secured>(Long)).Connection.Tls);
        Assert.NotNull((await secured.ExpectMsgAsync<TcpEvents.Secured>(Long)).Connection.Tls);
        Assert.Equal("held", (await ExpectMsgAsync<AkkaTcp.Received>(Long)).Data.ToString());
        client.Tell(AkkaTcp.Close.Instance, TestActor);
        await ExpectMsgAsync<AkkaTcp.Closed>(Long);
        await ExpectMsgAsync<AkkaTcp.PeerClosed>(Long);
    }

    [Fact]
    public async Task What_is_written_after_StartTls_never_leaves_in_clear()
    {
        var (connection, peer) = await AcceptAsync();
        using var stream = new NetworkStream(peer, ownsSocket: true);
        connection.Tell(WriteOf("before "), TestActor);
        connection.Tell(TcpCommands.StartTls.AsServer(Server, ByteString.FromString("go ")), TestActor);
        connection.Tell(WriteOf("after"), TestActor);
        var clear = new byte["before go ".Length];
        await stream.ReadExactlyAsync(clear).Within("what was written before");
        Assert.Equal("before go ", System.Text.Encoding.ASCII.GetString(clear));

        using var tls = await OpenAsync(stream);

        var secret = new byte["after".Length];
        await tls.ReadExactlyAsync(secret).Within("what was written after");
        Assert.Equal("after", System.Text.Encoding.ASCII.GetString(secret));
        await ExpectMsgAsync<TcpEvents.Secured>(Long);
    }

    [Fact]
    public async Task A_failed_start_of_tls_ends_the_connection()
    {
        var (connection, peer) = await AcceptAsync();
        using var closing = peer;
        connection.Tell(TcpCommands.StartTls.AsServer(Server), TestActor);

        await peer.SendAsync("RSET\r\n and more that is not TLS"u8.ToArray());

        await ExpectMsgAsync<AkkaTcp.ErrorClosed>(Long);
    }

    [Fact]
    public void Settings_without_a_certificate_are_refused_before_anything_is_sent() => Assert.StartsWith(
        "aleph.tcp.tls.certificate is null; it must name a certificate",
        Assert.Throws<CertificateException>(() => TcpCommands.StartTls.AsServer(TlsServerSettings.Default)).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task Tls_does_not_begin_twice_nor_without_a_handler()
    {
        var (connection, peer) = await AcceptAsync(register: false);
        using var closing = peer;
        var start = TcpCommands.StartTls.AsServer(Server);
        connection.Tell(start, TestActor);
        Assert.Same(start, (await ExpectMsgAsync<AkkaTcp.CommandFailed>(Long)).Cmd);

        connection.Tell(new AkkaTcp.Register(TestActor), TestActor);
        connection.Tell(start, TestActor);
        var second = TcpCommands.StartTls.AsServer(Server);
        connection.Tell(second, TestActor);

        Assert.Same(second, (await ExpectMsgAsync<AkkaTcp.CommandFailed>(Long)).Cmd);
    }

    [Fact]
    public async Task Without_a_usable_certificate_nothing_that_was_meant_for_tls_leaves_in_clear()
    {
        var (connection, peer) = await AcceptAsync();
        using var closing = peer;
        var settings = new TlsServerSettings { Certificate = TlsCertificate.FromPfx("/does/not/exist.pfx") };

        connection.Tell(TcpCommands.StartTls.AsServer(settings), TestActor);
        connection.Tell(WriteOf("a secret"), TestActor);

        var failed = await ExpectMsgAsync<AkkaTcp.CommandFailed>(Long);
        Assert.IsType<CertificateException>(failed.Cause.Value);
        await FishForMessageAsync(message => message is AkkaTcp.ErrorClosed, Long);
        await Assert.ThrowsAsync<SocketException>(
            () => peer.ReceiveAsync(new byte[10]).Within("the reset, and not one byte"));
    }

    private static AkkaTcp.Write WriteOf(string text) => AkkaTcp.Write.Create(ByteString.FromString(text));

    private static TcpCommands.Connect ConnectTo(EndPoint remote, TlsClientSettings tls) =>
        new(remote, TcpClientSettings.Default with { Tls = tls });

    private async Task<EndPoint> BindAsync(TcpSettings settings)
    {
        Manager.Tell(new TcpCommands.Bind(TestActor, settings), TestActor);
        return (await ExpectMsgAsync<AkkaTcp.Bound>(Long)).LocalAddress;
    }

    /// <summary>Accepts a plain peer in clear.</summary>
    private async Task<(IActorRef Connection, Socket Peer)> AcceptAsync(bool register = true)
    {
        var peer = await TcpTesting.ConnectAsync(await BindAsync(TcpSettings.Default));
        await ExpectMsgAsync<AkkaTcp.Connected>(Long);
        var connection = LastSender;
        if (register)
            connection.Tell(new AkkaTcp.Register(TestActor), TestActor);
        return (connection, peer);
    }

    /// <summary>Two connections of ours in clear, both handled by the test.</summary>
    private async Task<(IActorRef Server, IActorRef Client)> PairAsync()
    {
        var endPoint = await BindAsync(TcpSettings.Default);
        var connecting = CreateTestProbe();
        Manager.Tell(new AkkaTcp.Connect(endPoint), connecting.Ref);
        await ExpectMsgAsync<AkkaTcp.Connected>(Long);
        var server = LastSender;
        await connecting.ExpectMsgAsync<AkkaTcp.Connected>(Long);
        var client = connecting.LastSender;
        server.Tell(new AkkaTcp.Register(TestActor), TestActor);
        client.Tell(new AkkaTcp.Register(TestActor), TestActor);
        return (server, client);
    }
}

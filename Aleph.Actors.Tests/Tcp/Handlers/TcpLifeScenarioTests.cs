using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.IO;
using Aleph.Actors.Tests.Support;
using Xunit;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tests.Tcp.Handlers;

/// <summary>How connections begin and end, where the two managers agree.</summary>
public abstract class TcpLifeScenarioSuite<T>(Config? config = null) : TcpFace(config)
    where T : TcpFace.IManagers
{
    [SuppressMessage("Design", "CA1000", Justification = "Whose cases these are is the type's argument.")]
    public static TheoryData<Manager> Managers => T.All;

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task A_connection_that_nobody_registers_for_ends(Manager manager)
    {
        var settings = Akka.IO.TcpSettings.Create(Sys) with { RegisterTimeout = TimeSpan.FromMilliseconds(100) };
        var bind = await BindAsync(manager, settings: settings);
        var (peer, connection) = await ConnectAsync(bind);
        using var closing = peer;
        Watch(connection);

        await ExpectTerminatedAsync(connection, Long);
        Assert.Equal("", await peer.ReceiveTextAsync());
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task The_death_of_who_connected_ends_an_unregistered_connection(Manager manager)
    {
        using var listener = Listen();
        var commander = CreateTestProbe();
        Of(manager).Tell(new AkkaTcp.Connect(listener.LocalEndPoint), commander.Ref);
        using var peer = await listener.AcceptAsync().Within("a connection");
        await commander.ExpectMsgAsync<AkkaTcp.Connected>(Long);
        Watch(commander.LastSender);

        Sys.Stop(commander.Ref);

        await ExpectTerminatedAsync(commander.LastSender, Long);
        Assert.Equal("", await peer.ReceiveTextAsync());
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Close_before_Register_tells_the_closer(Manager manager)
    {
        var bind = await BindAsync(manager);
        var (peer, connection) = await ConnectAsync(bind);
        using var closing = peer;

        connection.Tell(AkkaTcp.Close.Instance, TestActor);

        if (manager is Manager.Ours)
            await bind.Handler.ExpectMsgAsync<AkkaTcp.Closed>(Long);
        await ExpectMsgAsync<AkkaTcp.Closed>(Long);
        Assert.Empty((await ReadToEndAsync(peer))!);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Abort_tells_the_handler_and_the_aborter(Manager manager)
    {
        using var open = await OpenAsync(manager);

        open.Connection.Tell(AkkaTcp.Abort.Instance, TestActor);

        await open.Handler.ExpectMsgAsync<AkkaTcp.Aborted>(Long);
        await ExpectMsgAsync<AkkaTcp.Aborted>(Long);
        await open.Handler.ExpectTerminatedAsync(open.Connection, Long);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Every_event_comes_from_the_connection(Manager manager)
    {
        using var open = await OpenAsync(manager);
        await open.Peer.SendAsync("x"u8.ToArray());
        await open.Handler.ExpectMsgAsync<AkkaTcp.Received>(Long);
        Assert.Equal(open.Connection, open.Handler.LastSender);

        open.Connection.Tell(Write(1, new Ack(1)), open.Handler.Ref);
        await open.Handler.ExpectMsgAsync<Ack>(Long);
        Assert.Equal(open.Connection, open.Handler.LastSender);

        open.Peer.Shutdown(SocketShutdown.Both);
        await open.Handler.ExpectMsgAsync<AkkaTcp.PeerClosed>(Long);
        Assert.Equal(open.Connection, open.Handler.LastSender);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task What_came_before_Register_is_received_after_it(Manager manager)
    {
        var bind = await BindAsync(manager);
        var (peer, connection) = await ConnectAsync(bind);
        using var closing = peer;
        await peer.SendAsync("early"u8.ToArray());
        peer.Shutdown(SocketShutdown.Send);

        var handler = CreateTestProbe();
        connection.Tell(new AkkaTcp.Register(handler.Ref), handler.Ref);

        await ExpectTextAsync(handler, "early");
        await handler.ExpectMsgAsync<AkkaTcp.PeerClosed>(Long);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Suspended_reading_loses_nothing(Manager manager)
    {
        using var open = await OpenAsync(manager);
        open.Connection.Tell(AkkaTcp.SuspendReading.Instance, open.Handler.Ref);
        await open.Peer.SendAsync(new byte[50_000]);

        open.Connection.Tell(AkkaTcp.ResumeReading.Instance, open.Handler.Ref);

        var count = 0;
        while (count < 50_000)
            count += (await open.Handler.ExpectMsgAsync<AkkaTcp.Received>(Long)).Data.Count;
        Assert.Equal(50_000, count);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Socket_options_apply_to_listeners_and_what_they_accept(Manager manager)
    {
        var option = new Recorded();
        var bind = await BindAsync(manager, options: [new Inet.SO.ReceiveBufferSize(100_000), option]);
        var (peer, _) = await ConnectAsync(bind);
        using var closing = peer;

        Assert.False(option.Bound!.Value.WasBound);
        Assert.InRange(option.Bound.Value.ReceiveBuffer, 100_000, 200_000);
        Assert.True(option.After!.Connected);
        Assert.False(option.After.NoDelay);
        Assert.Null(option.WasConnected);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Socket_options_apply_before_and_after_a_connect(Manager manager)
    {
        using var listener = Listen();
        var option = new Recorded();
        var connect = new AkkaTcp.Connect(
            listener.LocalEndPoint, options: [new Inet.SO.SendBufferSize(100_000), option]);

        Of(manager).Tell(connect, TestActor);
        await ExpectMsgAsync<AkkaTcp.Connected>(Long);

        Assert.False(option.WasConnected!.Value);
        Assert.True(option.After!.Connected);
        Assert.InRange(option.After.SendBufferSize, 100_000, 200_000);
        Assert.False(option.After.NoDelay);
        Assert.Null(option.Bound);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Connect_resolves_names(Manager manager)
    {
        using var listener = Listen();
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        Of(manager).Tell(new AkkaTcp.Connect(new DnsEndPoint("localhost", port)), TestActor);

        using var peer = await listener.AcceptAsync().Within("a connection");
        var connected = await ExpectMsgAsync<AkkaTcp.Connected>(Long);
        Assert.Equal(port, ((IPEndPoint)connected.RemoteAddress).Port);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Connect_takes_the_local_address(Manager manager)
    {
        using var listener = Listen();
        var local = LastingPort.Find();

        Of(manager).Tell(new AkkaTcp.Connect(listener.LocalEndPoint, local), TestActor);

        using var peer = await listener.AcceptAsync().Within("a connection");
        Assert.Equal(local, peer.RemoteEndPoint);
        await ExpectMsgAsync<AkkaTcp.Connected>(Long);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task A_connected_connection_pulls(Manager manager)
    {
        using var listener = Listen();
        Of(manager).Tell(new AkkaTcp.Connect(listener.LocalEndPoint, pullMode: true), TestActor);
        using var peer = await listener.AcceptAsync().Within("a connection");
        await ExpectMsgAsync<AkkaTcp.Connected>(Long);
        var (connection, handler) = (LastSender, CreateTestProbe());
        connection.Tell(new AkkaTcp.Register(handler.Ref), handler.Ref);
        await peer.SendAsync("x"u8.ToArray());

        await ExpectNothingMeanwhileAsync(connection, handler);
        connection.Tell(AkkaTcp.ResumeReading.Instance, handler.Ref);

        await ExpectTextAsync(handler, "x");
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Fragments_arrive_in_order(Manager manager)
    {
        using var open = await OpenAsync(manager);
        var text = string.Concat(Enumerable.Range(0, 500).Select(i => $"{i},"));
        open.Peer.NoDelay = true;
        foreach (var letter in text)
            await open.Peer.SendAsync(new[] { (byte)letter });

        await ExpectTextAsync(open.Handler, text);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task A_handler_may_close_and_stop_at_once(Manager manager)
    {
        using var open = await OpenAsync(manager);
        Watch(open.Connection);
        open.Connection.Tell(Write(100_000), open.Handler.Ref);
        open.Connection.Tell(AkkaTcp.Close.Instance, open.Handler.Ref);
        Sys.Stop(open.Handler.Ref);

        await ExpectTerminatedAsync(open.Connection, Long);
        var all = await ReadToEndAsync(open.Peer);
        if (manager is Manager.Ours)
            Assert.Equal(100_000, all!.Length);
    }

    /// <summary>Notes what it is called with, and switches NoDelay off at the end.</summary>
    private sealed class Recorded : Inet.SocketOption
    {
        public (bool WasBound, int ReceiveBuffer)? Bound { get; private set; }

        public bool? WasConnected { get; private set; }

        public Socket? After { get; private set; }

        public override void BeforeServerSocketBind(Socket socket) =>
            Bound = (socket.IsBound, socket.ReceiveBufferSize);

        public override void BeforeConnect(Socket socket) => WasConnected = socket.Connected;

        public override void AfterConnect(Socket socket)
        {
            socket.NoDelay = false;
            After = socket;
        }
    }
}

public sealed class TcpLifeScenarioTests() : TcpLifeScenarioSuite<TcpFace.StockAndOurs>;

public sealed class TcpLifeSerializingTests()
    : TcpLifeScenarioSuite<TcpFace.OursAlone>("akka.actor { serialize-messages = on, serialize-creators = on }");

public sealed class AkkaIoTcpLifeScenarioTests()
    : TcpLifeScenarioSuite<TcpFace.OursAlone>("aleph.tcp.transport = akka-io");

using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.IO;
using Aleph.Actors.Tests.Support;
using Xunit;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tests.Tcp.Handlers;

/// <summary>Where the two managers agree: every scenario runs with stock Akka.IO and with ours.</summary>
public abstract class TcpScenarioSuite<T>(Config? config = null) : TcpFace(config)
    where T : TcpFace.IManagers
{
    [SuppressMessage("Design", "CA1000", Justification = "Whose cases these are is the type's argument.")]
    public static TheoryData<Manager> Managers => T.All;

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task An_echo_actor_of_Akka_IO_echoes(Manager manager)
    {
        Sys.ActorOf(Props.Create(() => new EchoListener(Of(manager), TestActor)));
        var bound = await ExpectMsgAsync<AkkaTcp.Bound>(Long);
        using var peer = await TcpTesting.ConnectAsync(bound.LocalAddress);

        await peer.SendAsync("hello"u8.ToArray());

        Assert.Equal("hello", await peer.ReceiveTextAsync());
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Connected_names_both_addresses(Manager manager)
    {
        var bind = await BindAsync(manager);
        using var peer = await TcpTesting.ConnectAsync(bind.EndPoint);

        var connected = await bind.Handler.ExpectMsgAsync<AkkaTcp.Connected>(Long);

        Assert.Equal(peer.LocalEndPoint, connected.RemoteAddress);
        Assert.Equal(bind.EndPoint, connected.LocalAddress);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task A_taken_port_is_a_failed_command_with_its_cause(Manager manager)
    {
        var first = await BindAsync(manager);
        var bind = new AkkaTcp.Bind(TestActor, first.EndPoint);

        Of(manager).Tell(bind, TestActor);

        var failed = await ExpectMsgAsync<AkkaTcp.CommandFailed>(Long);
        Assert.Same(bind, failed.Cmd);
        Assert.Equal(
            SocketError.AddressAlreadyInUse, Assert.IsType<SocketException>(failed.Cause.Value).SocketErrorCode);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Close_sends_what_was_written_and_tells_handler_and_closer(Manager manager)
    {
        using var open = await OpenAsync(manager);
        open.Connection.Tell(Write(100_000), open.Handler.Ref);
        open.Connection.Tell(AkkaTcp.Close.Instance, TestActor);

        Assert.Equal(100_000, (await ReadToEndAsync(open.Peer))!.Length);
        await open.Handler.ExpectMsgAsync<AkkaTcp.Closed>(Long);
        await ExpectMsgAsync<AkkaTcp.Closed>(Long);
        await open.Handler.ExpectTerminatedAsync(open.Connection, Long);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task ConfirmedClose_half_closes_and_waits_for_the_peer(Manager manager)
    {
        using var open = await OpenAsync(manager);
        open.Connection.Tell(Write("bye"), open.Handler.Ref);
        open.Connection.Tell(AkkaTcp.ConfirmedClose.Instance, open.Handler.Ref);
        Assert.Equal("bye"u8.ToArray(), await ReadToEndAsync(open.Peer));

        await open.Peer.SendAsync("late"u8.ToArray());
        await ExpectTextAsync(open.Handler, "late");
        open.Peer.Shutdown(SocketShutdown.Send);

        await open.Handler.ExpectMsgAsync<AkkaTcp.ConfirmedClosed>(Long);
        await open.Handler.ExpectTerminatedAsync(open.Connection, Long);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Abort_resets(Manager manager)
    {
        using var open = await OpenAsync(manager);
        open.Connection.Tell(AkkaTcp.Abort.Instance, open.Handler.Ref);

        await open.Handler.ExpectMsgAsync<AkkaTcp.Aborted>(Long);
        Assert.Null(await ReadToEndAsync(open.Peer));
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task The_peers_end_closes_after_all_it_sent(Manager manager)
    {
        using var open = await OpenAsync(manager);
        await open.Peer.SendAsync(Encoding.ASCII.GetBytes(new string('x', 100_000)));
        open.Peer.Shutdown(SocketShutdown.Send);

        await ExpectTextAsync(open.Handler, new string('x', 100_000));
        await open.Handler.ExpectMsgAsync<AkkaTcp.PeerClosed>(Long);
        await open.Handler.ExpectTerminatedAsync(open.Connection, Long);
        Assert.Empty((await ReadToEndAsync(open.Peer))!);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Kept_open_the_connection_still_writes_after_the_peers_end(Manager manager)
    {
        using var open = await OpenAsync(manager, keepOpen: true);
        open.Peer.Shutdown(SocketShutdown.Send);
        await open.Handler.ExpectMsgAsync<AkkaTcp.PeerClosed>(Long);

        open.Connection.Tell(Write("still here"), open.Handler.Ref);
        open.Connection.Tell(AkkaTcp.Close.Instance, open.Handler.Ref);

        Assert.Equal("still here"u8.ToArray(), await ReadToEndAsync(open.Peer));
        await open.Handler.ExpectMsgAsync<AkkaTcp.Closed>(Long);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Pull_mode_gives_one_piece_for_each_ResumeReading(Manager manager)
    {
        using var open = await OpenAsync(manager, pullMode: true);
        await open.Peer.SendAsync("one"u8.ToArray());
        await ExpectNothingMeanwhileAsync(open.Connection, open.Handler);

        open.Connection.Tell(AkkaTcp.ResumeReading.Instance, open.Handler.Ref);
        await ExpectTextAsync(open.Handler, "one");
        await open.Peer.SendAsync("two"u8.ToArray());
        await ExpectNothingMeanwhileAsync(open.Connection, open.Handler);

        open.Connection.Tell(AkkaTcp.ResumeReading.Instance, open.Handler.Ref);
        await ExpectTextAsync(open.Handler, "two");
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task The_handlers_death_resets_the_connection(Manager manager)
    {
        using var open = await OpenAsync(manager);
        Watch(open.Connection);

        Sys.Stop(open.Handler.Ref);

        await ExpectTerminatedAsync(open.Connection, Long);
        Assert.Null(await ReadToEndAsync(open.Peer));
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task A_reset_is_an_error_with_a_cause(Manager manager)
    {
        using var open = await OpenAsync(manager);
        await open.Peer.SendAsync("x"u8.ToArray());
        await ExpectTextAsync(open.Handler, "x");

        Reset(open.Peer);

        var closed = await open.Handler.ExpectMsgAsync<AkkaTcp.ErrorClosed>(Long);
        Assert.False(string.IsNullOrEmpty(closed.Cause));
        await open.Handler.ExpectTerminatedAsync(open.Connection, Long);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Connect_answers_with_a_connection_of_its_own(Manager manager)
    {
        using var listener = Listen();
        Of(manager).Tell(new AkkaTcp.Connect(listener.LocalEndPoint), TestActor);
        using var peer = await listener.AcceptAsync().Within("a connection");
        await ExpectMsgAsync<AkkaTcp.Connected>(Long);
        var connection = LastSender;

        connection.Tell(new AkkaTcp.Register(TestActor), TestActor);
        connection.Tell(Write("hello"), TestActor);

        Assert.Equal("hello", await peer.ReceiveTextAsync());
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task A_refused_connect_is_a_failed_command_with_a_cause(Manager manager)
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var connect = new AkkaTcp.Connect(closed.LocalEndPoint);

        Of(manager).Tell(connect, TestActor);

        var failed = await ExpectMsgAsync<AkkaTcp.CommandFailed>(Long);
        Assert.Same(connect, failed.Cmd);
        Assert.True(failed.Cause.HasValue);
    }

    [Theory]
    [MemberData(nameof(Managers))]
    public async Task Unbind_frees_the_port(Manager manager)
    {
        var option = new ListenerOption();
        var bind = await BindAsync(manager, options: [option]);

        bind.Listener.Tell(AkkaTcp.Unbind.Instance, TestActor);

        await ExpectMsgAsync<AkkaTcp.Unbound>(Long);

        // Stock listeners say so before they have closed their socket.
        if (manager is Manager.Ours && !Sys.Settings.Config.GetString("aleph.tcp.transport", "").Equals("akka-io"))
            Assert.True(option.Listener!.SafeHandle.IsClosed);

        // A process that another test starts has a copy of the socket until its program is loaded.
        using var again = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await AwaitAssertAsync(() => again.Bind(bind.EndPoint), Long);
    }

    /// <summary>Notes the socket that listens.</summary>
    private sealed class ListenerOption : Inet.SocketOption
    {
        public Socket? Listener { get; private set; }

        public override void BeforeServerSocketBind(Socket ss) => Listener = ss;
    }

    /// <summary>As an application of Akka.IO has it: registers a handler for each connection.</summary>
    private sealed class EchoListener : UntypedActor
    {
        private readonly IActorRef _observer;

        public EchoListener(IActorRef manager, IActorRef observer)
        {
            _observer = observer;
            manager.Tell(new AkkaTcp.Bind(Self, new IPEndPoint(IPAddress.Loopback, 0)));
        }

        protected override void OnReceive(object message)
        {
            if (message is AkkaTcp.Connected)
                Sender.Tell(new AkkaTcp.Register(Context.ActorOf(Props.Create(() => new Echo()))));
            else
                _observer.Forward(message);
        }
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is AkkaTcp.Received received)
                Sender.Tell(AkkaTcp.Write.Create(received.Data));
            else if (message is AkkaTcp.ConnectionClosed)
                Context.Stop(Self);
        }
    }
}

public sealed class TcpScenarioTests() : TcpScenarioSuite<TcpFace.StockAndOurs>;

public sealed class TcpSerializingScenarioTests()
    : TcpScenarioSuite<TcpFace.OursAlone>("akka.actor { serialize-messages = on, serialize-creators = on }");

public sealed class AkkaIoTcpScenarioTests()
    : TcpScenarioSuite<TcpFace.OursAlone>("aleph.tcp.transport = akka-io");

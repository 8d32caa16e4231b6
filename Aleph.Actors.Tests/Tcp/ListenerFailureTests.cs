using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Tcp;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

public sealed class ListenerFailureTests : PatientTestKit
{
    private static readonly TimeSpan Long = Waiting.Patience;

    private readonly Queue<SocketError> _errors = new();
    private ScriptedAcceptSource? _source;
    private int _binds;
    private int _bound;

    [Theory]
    [InlineData(SocketError.ConnectionAborted)]
    [InlineData(SocketError.ConnectionReset)]
    [InlineData(SocketError.NetworkUnreachable)]
    [InlineData(SocketError.AccessDenied)]
    public async Task Error_of_one_connection_is_passed_over(SocketError error)
    {
        Fail(error, 3);
        await using var server = await BindAsync(TcpSettings.Default);

        await PingAsync(server);

        Assert.Equal(3, (await server.GetStatisticsAsync()).FailedAccepts);
        Assert.Equal(1, _binds);
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets)]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    [InlineData(SocketError.SocketError)]
    public async Task Out_of_descriptors_rests_and_warns_once_and_goes_on(SocketError error)
    {
        Fail(error, 5);
        var warnings = CreateTestProbe();
        Sys.EventStream.Subscribe(warnings, typeof(Warning));
        await using var server = await BindAsync(new TcpSettings { AcceptRetryDelay = TimeSpan.FromMilliseconds(20) });

        await PingAsync(server);

        var warning = await warnings.ExpectMsgAsync<Warning>(Long);
        Assert.Contains("Cannot accept on", warning.ToString(), StringComparison.Ordinal);
        await warnings.ExpectNoMsgAsync(TimeSpan.Zero);
        Assert.Equal(5, (await server.GetStatisticsAsync()).FailedAccepts);
        Assert.Equal(1, _binds);
    }

    [Fact]
    public async Task Out_of_descriptors_never_spins()
    {
        Fail(SocketError.TooManyOpenSockets, 10_000);
        await using var server = await BindAsync(new TcpSettings { AcceptRetryDelay = TimeSpan.FromMinutes(1) });

        await AfterTurnAsync(server);

        Assert.Equal(1, _source!.Accepts);
    }

    [Fact]
    public async Task Endless_errors_of_connections_rest_too()
    {
        Fail(SocketError.ConnectionAborted, 100_000);
        await using var server = await BindAsync(new TcpSettings { AcceptRetryDelay = TimeSpan.FromMinutes(1) });
        var warnings = CreateTestProbe();
        Sys.EventStream.Subscribe(warnings, typeof(Warning));

        await AwaitConditionAsync(() => Task.FromResult(_source!.Accepts >= 65), Long);
        await AfterTurnAsync(server);

        Assert.Equal(65, _source!.Accepts);
    }

    [Fact]
    public async Task Listener_that_fails_is_replaced_on_the_same_port_and_connections_go_on()
    {
        await using var server = await BindAsync(new TcpSettings { RestartBackoffMin = TimeSpan.FromMilliseconds(10) });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await client.PingAsync());
        await AfterTurnAsync(server);
        Fail(SocketError.NotSocket, 1);

        // Wakes the listener; the error follows this accept.
        using var last = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await AwaitConditionAsync(() => Task.FromResult(Volatile.Read(ref _bound) == 2), Long);

        // More than once where a process that is being started has copies of all sockets still.
        Assert.True(await client.PingAsync());
        await PingAsync(server);
        Assert.Equal(Volatile.Read(ref _binds) - 1, (await server.GetStatisticsAsync()).ListenerRestarts);
    }

    [Fact]
    public async Task Listener_whose_port_is_taken_meanwhile_tries_again_until_it_is_free()
    {
        Socket? thief = null;
        var settings = new TcpSettings { RestartBackoffMin = TimeSpan.FromMilliseconds(10) };
        await using var server = await BindAsync(settings, onBind: (_, endPoint) =>
        {
            if (_binds == 1)
            {
                thief = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                thief.Bind(endPoint);
                thief.Listen();
            }
            else if (_binds == 3)
            {
                thief!.Dispose();
            }
        });
        await AfterTurnAsync(server);
        Fail(SocketError.NotSocket, 1);
        using var last = await TcpTesting.ConnectAsync(server.LocalEndPoint);

        await AwaitConditionAsync(() => Task.FromResult(Volatile.Read(ref _bound) == 2), Long);

        Assert.True(_binds >= 4);
        await PingAsync(server);
    }

    [Fact]
    public void Delay_between_restarts_doubles_up_to_its_limit()
    {
        var settings = new TcpSettings
        {
            RestartBackoffMin = TimeSpan.FromSeconds(1),
            RestartBackoffMax = TimeSpan.FromSeconds(5),
        };
        var counters = new ServerCounters();
        var template = new ListenerSpec(
            0, settings.EndPoint, settings, ActorRefs.Nobody, new ConnectionCredit(null), counters.Listener(0), null!);
        var group = new ListenerGroup(template, 1, counters);

        Assert.Equal([1, 2, 4, 5, 5], Enumerable.Range(0, 5).Select(_ => group.NextDelay(0).TotalSeconds));
    }

    [Fact]
    public async Task Socket_accepted_while_its_listener_closes_is_served()
    {
        LateAcceptSource? late = null;
        var spec = new ServerSpec(_ => new EchoProtocol(), TcpSettings.Default)
        {
            Bind = (settings, endPoint) => late = new LateAcceptSource(SocketAcceptSource.Bind(settings, endPoint)),
        };
        await using var server = await ServerBinding.BindAsync(Sys, spec, "server").OrFail("a server that listens");
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await late!.Accepted.OrFail("the kernel's accept");

        await server.UnbindAsync().OrFail("the end of the listener");

        Assert.True(await client.PingAsync());
    }

    [Fact]
    public async Task Socket_accepted_for_a_listener_that_ended_is_closed()
    {
        await using var server = await BindAsync(TcpSettings.Default);
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        using var client = await TcpTesting.ConnectAsync(listening.LocalEndPoint!);
        var accepted = await listening.AcceptAsync();
        var dead = CreateTestProbe();
        Watch(dead);
        Sys.Stop(dead);
        await ExpectTerminatedAsync(dead, Long);

        dead.Ref.Tell(new ListenerMessages.Accepted(_source!, accepted, null));

        Assert.Equal("", await client.ReceiveTextAsync());
    }

    private static async Task PingAsync(ServerBinding server)
    {
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await client.PingAsync());
    }

    // Answered by the listener after the turn on which it bound, accepted or failed: what is scripted from then on is
    // for a later one.
    private async Task AfterTurnAsync(ServerBinding server)
    {
        var listener = await Sys.ActorSelection(server.Actor.Path / "listener-0").ResolveOne(Long);
        await listener.Ask<ActorIdentity>(new Identify(null), Long);
    }

    private void Fail(SocketError error, int times)
    {
        lock (_errors)
        {
            for (var i = 0; i < times; i++)
                _errors.Enqueue(error);
        }
    }

    private Task<ServerBinding> BindAsync(TcpSettings settings, Action<TcpSettings, EndPoint>? onBind = null)
    {
        var spec = new ServerSpec(_ => new EchoProtocol(), settings)
        {
            Bind = (s, endPoint) =>
            {
                onBind?.Invoke(s, endPoint);
                Interlocked.Increment(ref _binds);
                _source = new ScriptedAcceptSource(SocketAcceptSource.Bind(s, endPoint), _errors);
                Interlocked.Increment(ref _bound);
                return _source;
            },
        };
        return ServerBinding.BindAsync(Sys, spec, "server").OrFail("a server that listens");
    }
}

using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Tcp;
using Aleph.Actors.Tests.Support;
using Xunit;
using static Aleph.Actors.ServerProtocol;

namespace Aleph.Actors.Tests.Tcp;

public class ServerActorTests : PatientTestKit
{
    private protected virtual TcpTransport Transport => TcpTransport.Sockets;

    private static readonly TimeSpan Long = Waiting.Patience;

    [Fact]
    public async Task Reports_the_port_that_the_system_chose()
    {
        await using var server = await BindAsync();

        Assert.NotEqual(0, ((IPEndPoint)server.LocalEndPoint).Port);
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await client.PingAsync());
    }

    [Fact]
    public async Task Answers_GetBound_to_whoever_spawned_it()
    {
        var settings = new TcpSettings { Transport = Transport };
        var server = Sys.ActorOf(TcpServer.Props(_ => new EchoProtocol(), settings), "api");

        var bound = await server.Ask<Bound>(GetBound.Instance, Long);

        using var client = await TcpTesting.ConnectAsync(bound.LocalEndPoint);
        Assert.True(await client.PingAsync());
        await ChildNamesAsync(server, "connections/1");
    }

    [Fact]
    public async Task Port_in_use_is_a_typed_answer_and_the_end()
    {
        await using var first = await BindAsync();
        var probe = CreateTestProbe();
        var settings = new TcpSettings { EndPoint = first.LocalEndPoint, Transport = Transport };
        var second = Sys.ActorOf(TcpServer.Props(_ => new EchoProtocol(), settings));
        second.Tell(GetBound.Instance, probe);
        probe.Watch(second);

        var failed = await probe.ExpectMsgAsync<BindFailed>(Long);

        Assert.Equal(first.LocalEndPoint, failed.EndPoint);
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.IsType<SocketException>(failed.Cause).SocketErrorCode);
        await probe.ExpectTerminatedAsync(second, Long);
    }

    [Fact]
    public async Task Port_in_use_is_a_typed_exception_of_the_facade()
    {
        await using var first = await BindAsync();

        var failure = await Assert.ThrowsAsync<BindException>(
            () => BindAsync(new TcpSettings { EndPoint = first.LocalEndPoint }));

        Assert.Equal(first.LocalEndPoint, failure.EndPoint);
        var cause = Assert.IsType<SocketException>(failure.InnerException);
        Assert.Equal(SocketError.AddressAlreadyInUse, cause.SocketErrorCode);
    }

    [Fact]
    public async Task At_the_limit_the_next_connection_waits_in_the_backlog()
    {
        await using var server = await BindAsync(new TcpSettings { MaxConnections = 1 });
        using var first = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await first.PingAsync());
        using var second = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await second.SendAsync("x"u8.ToArray());
        var answer = second.ReceiveTextAsync();
        Assert.True(await first.PingAsync());
        Assert.Equal(1, (await server.GetStatisticsAsync()).Accepted);
        Assert.False(answer.IsCompleted);

        first.Dispose();

        Assert.Equal("x", await answer);
    }

    [Fact]
    public async Task Failure_of_a_connection_leaves_the_others_alone()
    {
        await using var server = await BindAsync();
        using var first = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await first.PingAsync());
        using var second = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await second.PingAsync());

        Sys.ActorSelection(server.Actor.Path / "connections" / "1").Tell("crash");

        Assert.Equal("", await first.ReceiveTextAsync());
        Assert.True(await second.PingAsync());
    }

    [Fact]
    public async Task Statistics_count_what_was_accepted_and_what_ended()
    {
        await using var server = await BindAsync();
        using var first = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        using var second = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await first.PingAsync());
        Assert.True(await second.PingAsync());
        first.Dispose();

        await AwaitAssertAsync(
            async () =>
            {
                var statistics = await server.Actor.Ask<Statistics>(GetStatistics.Instance, Long);
                Assert.Equal((1, 2, 1), (statistics.Open, statistics.Accepted, statistics.Ended));
            },
            Long);
    }

    [Fact]
    public async Task Socket_callback_sees_each_socket_and_may_fail()
    {
        var calls = 0;
        await using var server = await BindAsync(new TcpSettings
        {
            ConfigureConnection = _ =>
            {
                if (Interlocked.Increment(ref calls) == 1)
                    throw new InvalidOperationException("not this one");
            },
        });
        Assert.Equal("", await TcpTesting.KnockAsync(server.LocalEndPoint));

        using var second = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await second.PingAsync());
        Assert.Equal(1, (await server.GetStatisticsAsync()).Rejected);
    }

    [Fact]
    public async Task Protocols_add_messages_and_learn_of_the_life_of_the_server()
    {
        var hooks = new RecordingHooks();
        var settings = new TcpSettings { Transport = Transport };
        var spec = new ServerSpec(_ => new EchoProtocol(), settings) { Hooks = hooks };
        var server = await ServerBinding.BindAsync(Sys, spec, "hooked").OrFail("a server that listens");

        Assert.Equal("where: " + server.LocalEndPoint, await server.Actor.Ask<string>("where", Long));
        server.Actor.Tell("throw");
        await server.DrainAsync(Long).OrFail("the end of the drain");

        Assert.Equal(["bound", "draining", "stopped"], hooks.Calls);
    }

    private async Task<ServerBinding> BindAsync(TcpSettings? settings = null) =>
        await TcpServer.BindAsync(
            Sys, _ => new EchoProtocol(), (settings ?? new TcpSettings()) with { Transport = Transport })
            .OrFail("a server that listens");

    private async Task ChildNamesAsync(IActorRef server, string path)
    {
        var child = await Sys.ActorSelection(server.Path + "/" + path).ResolveOne(Long);
        Assert.Equal(server.Path + "/" + path, child.Path.ToString());
    }

    private sealed class RecordingHooks : IServerHooks
    {
        public List<string> Calls { get; } = [];

        public bool TryHandle(object message, IActorRef sender, IServerState server)
        {
            if (message is "throw")
                throw new InvalidOperationException("a bug");
            sender.Tell($"{message}: {server.LocalEndPoint}");
            return true;
        }

        public void OnBound(EndPoint localEndPoint) => Calls.Add("bound");

        public void OnDraining() => Calls.Add("draining");

        public void OnStopped() => Calls.Add("stopped");
    }
}

public sealed class AkkaIoServerActorTests : ServerActorTests
{
    private protected override TcpTransport Transport => TcpTransport.AkkaIo;
}

/// <summary>All messages and Props would survive, or need no, serialization.</summary>
public sealed class SerializedServerTests()
    : PatientTestKit("akka.actor { serialize-messages = on, serialize-creators = on }")
{
    [Theory]
    [InlineData(TcpTransport.Sockets)]
    [InlineData(TcpTransport.AkkaIo)]
    public async Task Server_lives_and_drains_with_serialization_verified(TcpTransport transport)
    {
        var server = await TcpServer.BindAsync(
            Sys,
            _ => new EchoProtocol(stubborn: true),
            new TcpSettings { MaxConnections = 1, Transport = transport }).OrFail("a server that listens");
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await client.PingAsync());

        await server.DrainAsync(TimeSpan.FromMilliseconds(50)).OrFail("the end of the drain");

        Assert.Equal(1, (await server.GetStatisticsAsync()).Aborted);
    }
}

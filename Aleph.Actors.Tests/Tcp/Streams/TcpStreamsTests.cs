using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Faces;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp.Streams;

/// <summary>TcpStreams.Bind and TcpStreams.Connect over real sockets.</summary>
public abstract class TcpStreamsSuite : PatientTestKit
{
    private readonly ActorMaterializer _materializer;

    protected TcpStreamsSuite(string config)
        : base("akka.loglevel = ERROR\n" + config) => _materializer = ActorMaterializer.Create(Sys);

    [Fact]
    public async Task Echoes_through_both_ends()
    {
        var binding = await EchoAsync();
        var (connected, echoed) = Source.From(["hel", "lo ", "you"]).Select(ByteString.FromString)
            .ViaMaterialized(TcpStreams.Connect(Sys, binding.LocalEndPoint), Keep.Right)
            .ToMaterialized(Joined(), Keep.Both)
            .Run(_materializer);

        Assert.Equal(binding.LocalEndPoint, (await connected.Within("a connection")).RemoteEndPoint);
        Assert.Equal("hello you", (await echoed.Within("the echo, and its end")).ToString(Encoding.ASCII));
    }

    [Fact]
    public async Task Connects_by_name_and_with_settings()
    {
        var binding = await EchoAsync();
        var port = ((IPEndPoint)binding.LocalEndPoint).Port;
        foreach (var host in new[] { "localhost", "127.0.0.1" })
        {
            var flow = TcpStreams.Connect(Sys, host, port, TcpClientSettings.Default);
            var echoed = Source.Single(ByteString.FromString(host)).Via(flow).RunWith(Joined(), _materializer);
            Assert.Equal(host, (await echoed.Within("the echo")).ToString(Encoding.ASCII));
        }
    }

    [Fact]
    public async Task A_hundred_connections_at_once()
    {
        var binding = await EchoAsync();
        var flow = TcpStreams.Connect(Sys, binding.LocalEndPoint);
        var echoes = Enumerable.Range(0, 100).Select(i => Source.From(Enumerable.Range(0, 50))
            .Select(n => ByteString.FromString($"{i}:{n};")).Via(flow).RunWith(Joined(), _materializer)).ToArray();
        for (var i = 0; i < echoes.Length; i++)
        {
            var expected = string.Concat(Enumerable.Range(0, 50).Select(n => $"{i}:{n};"));
            Assert.Equal(expected, (await echoes[i].Within("an echo")).ToString(Encoding.ASCII));
        }

        await Pacing.UntilAsync(
            async () => (await binding.GetStatisticsAsync()).Open == 0, "every connection had ended");
        Assert.Equal(100, (await binding.GetStatisticsAsync()).Accepted);
    }

    [Fact]
    public async Task Accepts_no_connection_that_nobody_asked_for()
    {
        var (binding, demand) = await BindAsync();
        using var first = await TcpTesting.ConnectAsync(binding.LocalEndPoint);
        using var second = await TcpTesting.ConnectAsync(binding.LocalEndPoint);
        Assert.Equal(0, (await binding.GetStatisticsAsync()).Accepted);

        await demand.AskForAsync(1);
        var one = await demand.NextAsync().Within("one came");
        Assert.Equal(1, (await binding.GetStatisticsAsync()).Accepted);

        // In any order: each connection of stock Akka.IO is an actor, which tells of itself when it gets its turn.
        await demand.AskForAsync(1);
        var other = await demand.NextAsync().Within("the other came");
        Assert.Equal(
            new HashSet<EndPoint?> { first.LocalEndPoint, second.LocalEndPoint },
            [one.RemoteEndPoint, other.RemoteEndPoint]);
    }

    [Fact]
    public async Task A_flow_can_be_materialised_once()
    {
        var (binding, demand) = await BindAsync();
        await demand.AskForAsync(1);
        using var client = await TcpTesting.ConnectAsync(binding.LocalEndPoint);
        var connection = await demand.NextAsync().Within("a connection came");
        connection.HandleWith(Flow.Create<ByteString>(), _materializer);

        Assert.Throws<InvalidOperationException>(
            () => connection.HandleWith(Flow.Create<ByteString>(), _materializer));
        Assert.True(await client.PingAsync());
    }

    [Fact]
    public async Task A_connection_whose_flow_nobody_materialises_is_closed_unread()
    {
        var settings = TcpSettings.Default with { UnhandledConnectionTimeout = TimeSpan.FromMilliseconds(50) };
        var (binding, demand) = await BindAsync(settings);
        await demand.AskForAsync(1);
        using var client = await TcpTesting.ConnectAsync(binding.LocalEndPoint);
        await client.SendAsync("unread"u8.ToArray());
        var connection = await demand.NextAsync().Within("a connection came");
        Assert.Equal("", await client.ReceiveTextAsync());
        await Pacing.UntilAsync(async () => (await binding.GetStatisticsAsync()).Open == 0, "the connection had ended");

        var late = Source.Maybe<ByteString>().Via(connection.Flow).RunWith(Sink.Ignore<ByteString>(), _materializer);
        await Assert.ThrowsAsync<ConnectionEndedException>(() => late.Within("the late stream failed"));
    }

    [Fact]
    public async Task What_came_before_the_flow_was_materialised_is_not_lost()
    {
        var (binding, demand) = await BindAsync();
        await demand.AskForAsync(1);
        using var client = await TcpTesting.ConnectAsync(binding.LocalEndPoint);
        await client.SendAsync("early"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        var connection = await demand.NextAsync().Within("a connection came");

        var got = Source.Empty<ByteString>().Via(connection.Flow).RunWith(Joined(), _materializer);
        Assert.Equal("early", (await got.Within("all that was sent")).ToString(Encoding.ASCII));
    }

    [Fact]
    public async Task A_drained_server_completes_its_streams()
    {
        var binding = await EchoAsync();
        using var client = await TcpTesting.ConnectAsync(binding.LocalEndPoint);
        Assert.True(await client.PingAsync());

        await binding.DrainAsync(TimeSpan.FromSeconds(10)).Within("the server drained");
        Assert.Equal("", await client.ReceiveTextAsync());
        Assert.Equal(0, (await binding.GetStatisticsAsync()).Aborted);
    }

    [Fact]
    public async Task A_materialiser_that_shuts_down_resets_connections_and_stops_listening()
    {
        var binding = await EchoAsync();
        using var client = await TcpTesting.ConnectAsync(binding.LocalEndPoint);
        Assert.True(await client.PingAsync());
        _materializer.Shutdown();

        var reset = await Assert.ThrowsAsync<SocketException>(
            () => client.ReceiveAsync(new byte[1]).Within("the connection was reset"));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        await binding.Completion.Within("the server ended");
    }

    [Fact]
    public async Task A_system_that_terminates_leaves_no_connection()
    {
        var binding = await EchoAsync();
        using var listener = Listen();
        using var client = await TcpTesting.ConnectAsync(binding.LocalEndPoint);
        Assert.True(await client.PingAsync());
        _ = Source.Maybe<ByteString>().Via(TcpStreams.Connect(Sys, listener.LocalEndPoint!))
            .RunWith(Sink.Ignore<ByteString>(), _materializer);
        using var server = await listener.AcceptAsync().Within("the connection of the client");

        await Sys.Terminate().Within("the system terminated");
        Assert.Equal("", await client.ReceiveTextAsync());
        Assert.Equal("", await server.ReceiveTextAsync());
    }

    [Fact]
    public async Task An_address_in_use_and_wrong_settings_fail_stream_and_task()
    {
        var (binding, _) = await BindAsync();
        var port = ((IPEndPoint)binding.LocalEndPoint).Port;
        await FailsAsync<BindException>(TcpStreams.Bind(Sys, port));
        await FailsAsync<ArgumentException>(TcpStreams.Bind(Sys, TcpSettings.Default with { Backlog = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => TcpStreams.Bind(Sys, 65536));
        Assert.Throws<ArgumentOutOfRangeException>(() => TcpStreams.Connect(Sys, "localhost", 0));

        async Task FailsAsync<T>(Source<IncomingTcpConnection, Task<ServerBinding>> source)
            where T : Exception
        {
            var (bound, done) = source.ToMaterialized(Sink.Ignore<IncomingTcpConnection>(), Keep.Both)
                .Run(_materializer);
            await Assert.ThrowsAsync<T>(() => bound.Within("the task failed"));
            await Assert.ThrowsAsync<T>(() => done.Within("the stream failed"));
        }
    }

    [Fact]
    public async Task A_refused_connection_fails_stream_and_task()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var (connected, done) = Source.Maybe<ByteString>()
            .ViaMaterialized(TcpStreams.Connect(Sys, taken.LocalEndPoint!), Keep.Right)
            .ToMaterialized(Sink.Ignore<ByteString>(), Keep.Both).Run(_materializer);

        var failure = await Assert.ThrowsAsync<ConnectException>(() => connected.Within("the task failed"));
        Assert.Equal(ConnectPhase.Connect, failure.Phase);
        await Assert.ThrowsAsync<ConnectException>(() => done.Within("the stream failed"));
    }

    [SkippableFact]
    public async Task A_flow_that_is_cancelled_while_connecting_leaves_no_socket()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "How many connections a full backlog still takes differs elsewhere.");
        using var listener = Listen(backlog: 0);
        var remote = (IPEndPoint)listener.LocalEndPoint!;
        using var filler = await TcpTesting.ConnectAsync(remote);
        var demand = new Demand<ByteString>();
        var (connected, publisher) = Source.Maybe<ByteString>()
            .ViaMaterialized(TcpStreams.Connect(Sys, remote), Keep.Right)
            .ToMaterialized(Sink.AsPublisher<ByteString>(false), Keep.Both).Run(_materializer);
        publisher.Subscribe(demand);
        await Pacing.UntilAsync(() => Task.FromResult(Attempts() == 1), "the connection was under way");
        await demand.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connected.Within("the task was cancelled"));
        await Pacing.UntilAsync(() => Task.FromResult(Attempts() == 0), "the attempt's socket was gone");

        int Attempts() => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .Count(c => c.RemoteEndPoint.Equals(remote) && c.State is TcpState.SynSent);
    }

    private static Sink<ByteString, Task<ByteString>> Joined() =>
        Sink.Aggregate<ByteString, ByteString>(ByteString.Empty, (a, b) => a + b);

    private static Socket Listen(int backlog = 16)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(backlog);
        return listener;
    }

    private async Task<ServerBinding> EchoAsync() => await TcpStreams.Bind(Sys, 0)
        .To(Sink.ForEach<IncomingTcpConnection>(c => c.HandleWith(Flow.Create<ByteString>(), _materializer)))
        .Run(_materializer).Within("the server bound");

    private async Task<(ServerBinding Binding, Demand<IncomingTcpConnection> Demand)> BindAsync(
        TcpSettings? settings = null)
    {
        var (bound, publisher) = TcpStreams.Bind(Sys, 0, settings)
            .ToMaterialized(Sink.AsPublisher<IncomingTcpConnection>(false), Keep.Both).Run(_materializer);
        var demand = new Demand<IncomingTcpConnection>();
        publisher.Subscribe(demand);
        return (await bound.Within("the server bound"), demand);
    }
}

public class TcpStreamsTests() : TcpStreamsSuite("");

public class SerializingTcpStreamsTests()
    : TcpStreamsSuite("akka.actor { serialize-messages = on, serialize-creators = on }");

public class AkkaIoTcpStreamsTests() : TcpStreamsSuite("aleph.tcp.transport = akka-io");

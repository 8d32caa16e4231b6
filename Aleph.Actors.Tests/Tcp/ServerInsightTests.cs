using System.Net.Sockets;
using Akka.Actor;
using Akka.TestKit;
using Aleph.Actors.Tests.Support;
using Xunit;
using static Aleph.Actors.ServerProtocol;

namespace Aleph.Actors.Tests.Tcp;

/// <summary>Readiness, events of connections, descriptions, and limits that change while a server runs.</summary>
public sealed class ServerInsightTests : PatientTestKit
{
    [Fact]
    public async Task Readiness_turns_before_the_listener_stops_and_before_connections_drain()
    {
        var readiness = new ServerReadiness();
        Assert.False(readiness.IsReady);
        var settings = TcpSettings.Default with
        {
            Readiness = readiness,
            ReadinessDelay = TimeSpan.FromMinutes(10),
        };
        await using var server = await BindAsync(settings, stubborn: true);

        // Answered after the turn on which the server got ready, which is after it was bound.
        await server.Actor.Ask<Bound>(GetBound.Instance).Within("an answer");
        Assert.True(readiness.IsReady && server.IsReady);
        using var before = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await before.PingAsync());
        var probe = await SubscribedAsync(server);

        var drained = server.DrainAsync(TimeSpan.FromMinutes(20));

        Assert.False((await probe.ExpectMsgAsync<ReadinessChanged>(Waiting.Patience)).IsReady);
        Assert.False(readiness.IsReady || server.IsReady);
        Assert.IsType<Bound>(await server.Actor.Ask<Event>(GetBound.Instance).Within("an answer"));
        using var late = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await late.PingAsync() && await before.PingAsync());
        await server.UnbindAsync().Within("nothing listens any more");
        await server.Actor.Ask<CommandFailed>(GetBound.Instance).Within("a refusal");
        Assert.True(await before.PingAsync());
        late.Dispose();
        before.Dispose();
        await drained.Within("the end of the drain");
    }

    [Fact]
    public async Task Delay_of_readiness_is_part_of_the_time_to_drain_and_a_stop_ends_it()
    {
        var settings = TcpSettings.Default with { ReadinessDelay = TimeSpan.FromMinutes(10) };
        await using var first = await BindAsync(settings, stubborn: true);
        using var client = await TcpTesting.ConnectAsync(first.LocalEndPoint);
        Assert.True(await client.PingAsync());
        var drained = await first.Actor.Ask<Drained>(new Drain(TimeSpan.FromMilliseconds(50)), Waiting.Patience);
        Assert.Equal(1, drained.Aborted);

        await using var second = await BindAsync(settings);
        var drain = second.DrainAsync(TimeSpan.FromMinutes(20));
        await second.Actor.Ask<Stopped>(Stop.Instance, Waiting.Patience);
        await drain.Within("the end of the drain");
    }

    [Fact]
    public async Task Unbinding_a_server_whose_readiness_has_turned_stops_listening_at_once()
    {
        await using var server = await BindAsync(
            TcpSettings.Default with { ReadinessDelay = TimeSpan.FromMinutes(10) });
        var drain = server.DrainAsync(TimeSpan.FromMinutes(20));
        await server.UnbindAsync().Within("nothing listens any more");
        await drain.Within("the end of the drain");
    }

    [Fact]
    public async Task Readiness_that_servers_share_is_that_of_all()
    {
        var readiness = new ServerReadiness();
        var settings = TcpSettings.Default with { Readiness = readiness };
        await using var first = await BindAsync(settings, stubborn: true);
        await using var second = await BindAsync(settings);
        using var client = await TcpTesting.ConnectAsync(first.LocalEndPoint);
        await second.Actor.Ask<Bound>(GetBound.Instance).Within("an answer");
        Assert.True(await client.PingAsync() && readiness.IsReady);

        var drain = first.DrainAsync(Waiting.Patience);
        await first.UnbindAsync().Within("nothing listens any more");
        Assert.False(readiness.IsReady);
        client.Dispose();
        await drain.Within("the end of the first");
        Assert.True(readiness.IsReady);
        await second.DrainAsync().Within("the end of the second");
        Assert.False(readiness.IsReady);
    }

    [Fact]
    public async Task Subscribers_learn_of_a_connection_from_its_opening_to_its_end()
    {
        await using var server = await BindAsync(TcpSettings.Default, stubborn: true);
        var probe = await SubscribedAsync(server);
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);

        var opened = await probe.ExpectMsgAsync<ConnectionOpened>(Waiting.Patience);
        Assert.Equal((1, ConnectionState.Open), (opened.Info.Id, opened.State));
        Assert.Equal(client.LocalEndPoint, opened.Info.RemoteEndPoint);
        Assert.True(await client.PingAsync());
        _ = server.DrainAsync(Waiting.Patience);
        Assert.False((await probe.ExpectMsgAsync<ReadinessChanged>(Waiting.Patience)).IsReady);
        var draining = await probe.ExpectMsgAsync<ConnectionStateChanged>(Waiting.Patience);
        Assert.Equal((ConnectionState.Draining, nameof(EchoProtocol)), (draining.State, draining.Protocol));
        client.Dispose();
        var closed = await probe.ExpectMsgAsync<ConnectionClosed>(Waiting.Patience);
        Assert.Equal(ConnectionEndReason.Completed, closed.End.Reason);
        Assert.Equal((1, 1), (closed.BytesReceived, closed.BytesSent));
    }

    [Fact]
    public async Task Subscribers_learn_when_TLS_has_opened_a_connection_and_when_it_fails()
    {
        var pki = TestPki.Trusted;
        var tls = new TlsServerSettings { Certificate = pki.With(pki.Server("localhost")) };
        await using var server = await BindAsync(TcpSettings.Default with { Tls = tls });
        var probe = await SubscribedAsync(server);
        using (var client = await TcpTesting.ConnectAsync(server.LocalEndPoint))
        {
            Assert.Equal(
                ConnectionState.Opening,
                (await probe.ExpectMsgAsync<ConnectionOpened>(Waiting.Patience)).State);
            var stream = new System.Net.Security.SslStream(
                new NetworkStream(client), false, (_, certificate, _, _) => certificate is not null);
            await stream.AuthenticateAsClientAsync("localhost").Within("the handshake");
            var open = await probe.ExpectMsgAsync<ConnectionStateChanged>(Waiting.Patience);
            Assert.Equal(ConnectionState.Open, open.State);
            Assert.NotNull(open.Info.Tls);
        }

        await probe.FishForMessageAsync(x => x is ConnectionClosed, Waiting.Patience);
        using var plain = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await plain.SendAsync("no TLS at all\r\n\r\n"u8.ToArray());
        var failed = await probe.FishForMessageAsync(x => x is ConnectionClosed, Waiting.Patience);
        Assert.Equal(ConnectionEndReason.HandshakeFailed, ((ConnectionClosed)failed).End.Reason);
    }

    [Fact]
    public async Task Subscriptions_end_when_told_and_with_the_subscriber()
    {
        await using var server = await BindAsync(TcpSettings.Default);
        var (told, dead, left) = (
            await SubscribedAsync(server), await SubscribedAsync(server), await SubscribedAsync(server));
        await server.Actor.Ask<Unsubscribed>(new Unsubscribe(told.Ref)).Within("an answer");
        await server.Actor.Ask<Unsubscribed>(new Unsubscribe(told.Ref)).Within("an answer to a second one");
        Watch(dead.Ref);
        Sys.Stop(dead.Ref);
        await ExpectTerminatedAsync(dead.Ref, Waiting.Patience);

        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);

        await left.ExpectMsgAsync<ConnectionOpened>(Waiting.Patience);
        Assert.False(told.HasMessages);
    }

    [Fact]
    public async Task Connections_are_listed_and_described()
    {
        await using var server = await BindAsync(TcpSettings.Default);
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await client.PingAsync());

        var ids = (await server.Actor.Ask<ServerProtocol.Connections>(GetConnections.Instance).Within("ids")).Ids;
        Assert.Equal([1], ids);
        var description = await server.Actor.Ask<ConnectionDescription>(new DescribeConnection(1)).Within("an answer");
        Assert.Equal(client.LocalEndPoint, description.Info.RemoteEndPoint);
        Assert.Equal(server.LocalEndPoint, description.Info.LocalEndPoint);
        Assert.Equal((nameof(EchoProtocol), ConnectionState.Open), (description.Protocol, description.State));
        Assert.Equal((1, 1, 0), (description.BytesReceived, description.BytesSent, description.BytesBuffered));
        Assert.InRange(description.Age, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Assert.Empty(description.Exchanges);
    }

    [Fact]
    public async Task What_is_not_there_is_not_described()
    {
        await using var server = await BindAsync(TcpSettings.Default);
        var none = await server.Actor.Ask<CommandFailed>(new DescribeConnection(9)).Within("an answer");
        Assert.IsType<KeyNotFoundException>(none.Cause);
        Assert.IsType<KeyNotFoundException>(
            (await server.Actor.Ask<CommandFailed>(new DescribeListener(1)).Within("an answer")).Cause);
        Assert.IsType<KeyNotFoundException>(
            (await server.Actor.Ask<CommandFailed>(new DescribeListener(-1)).Within("an answer")).Cause);
    }

    [SkippableFact]
    public async Task Listeners_are_described_and_count_for_themselves()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs SO_REUSEPORT");
        await using var server = await BindAsync(TcpSettings.Default with { Listeners = 2, ReusePort = true });
        for (var i = 0; i < 20; i++)
        {
            using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
            Assert.True(await client.PingAsync());
        }

        var statistics = await server.GetStatisticsAsync();
        Assert.Equal([0, 1], statistics.Listeners.Select(x => x.Index));
        Assert.Equal((20, 20), (statistics.Accepted, statistics.Listeners.Sum(x => x.Accepted)));
        for (var i = 0; i < 2; i++)
        {
            var listener = await server.Actor.Ask<ListenerDescription>(new DescribeListener(i)).Within("an answer");
            Assert.Equal((i, server.LocalEndPoint), (listener.Index, listener.EndPoint));
            Assert.Equal(statistics.Listeners[i], listener.Statistics);
            Assert.NotNull(listener.Age);
        }
    }

    [Fact]
    public async Task Bytes_of_open_connections_are_counted_while_they_go_on()
    {
        await using var server = await BindAsync(TcpSettings.Default);
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        var (sent, bytes) = (0, new byte[64 * 1024]);
        for (; sent < 2_000_000; sent += bytes.Length)
        {
            await client.SendAsync(bytes);
            for (var back = 0; back < bytes.Length;)
                back += await client.ReceiveAsync(bytes.AsMemory(back)).AsTask().Within("the echo");
        }

        var statistics = await server.GetStatisticsAsync();
        Assert.Equal(1, statistics.Open);
        Assert.InRange(statistics.BytesReceived, sent - 256 * 1024 - bytes.Length, sent);
        Assert.InRange(statistics.BytesSent, sent - 256 * 1024 - bytes.Length, sent);
    }

    [Fact]
    public async Task The_number_of_connections_changes_while_the_server_runs()
    {
        await using var server = await BindAsync(TcpSettings.Default with { MaxConnections = 1 });
        using var first = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await first.PingAsync());
        using var second = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        var waiting = second.PingAsync();
        Assert.True(await first.PingAsync());
        Assert.False(waiting.IsCompleted);

        await server.Actor.Ask<LimitsChanged>(new SetMaxConnections(2)).Within("an answer");
        Assert.True(await waiting);

        await server.Actor.Ask<LimitsChanged>(new SetMaxConnections(1)).Within("an answer");
        using var third = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        waiting = third.PingAsync();
        Assert.True(await first.PingAsync() && await second.PingAsync());
        Assert.False(waiting.IsCompleted);
        await server.Actor.Ask<LimitsChanged>(new SetMaxConnections(null)).Within("an answer");
        Assert.True(await waiting);

        var refused = await server.Actor.Ask<CommandFailed>(new SetMaxConnections(0)).Within("an answer");
        Assert.Contains("must be at least 1", refused.Cause.Message, StringComparison.Ordinal);
    }

    private Task<ServerBinding> BindAsync(TcpSettings settings, bool stubborn = false) =>
        TcpServer.BindAsync(Sys, _ => new EchoProtocol(stubborn), settings);

    private async Task<TestProbe> SubscribedAsync(ServerBinding server)
    {
        var probe = CreateTestProbe();
        await server.Actor.Ask<Subscribed>(new Subscribe(probe.Ref)).Within("the subscription holds");
        return probe;
    }
}

using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

/// <summary>The counters of outgoing connections.</summary>
public sealed class ClientStatisticsTests : PatientTestKit
{
    [Fact]
    public async Task Connections_bytes_and_end_reasons_are_counted()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => new EchoProtocol());
        Assert.Equal(0, Sys.AlephTcp().ClientStatistics.Attempts);

        await PingAsync(server.LocalEndPoint);
        await PingAsync(server.LocalEndPoint);

        var counted = await UntilAsync(s => s.Ended == 2, "two connections were counted as ended");
        Assert.Equal((0, 2, 2, 0), (counted.Open, counted.Attempts, counted.Connected, counted.Failed));
        Assert.Equal((10, 10), (counted.BytesReceived, counted.BytesSent));
        Assert.Equal(2, counted.EndReasons[ConnectionEndReason.Completed]);
        Assert.Single(counted.EndReasons);
        Assert.Empty(counted.Failures);
    }

    [Fact]
    public async Task An_open_connection_is_counted_while_it_is()
    {
        using var listener = Listening();
        var protocol = new ScriptedProtocol();

        await TcpClient.ConnectAsync(Sys, listener.LocalEndPoint!, _ => protocol).Within("a connection");

        var counted = Sys.AlephTcp().ClientStatistics;
        Assert.Equal((1, 1, 0), (counted.Open, counted.Connected, counted.Ended));
    }

    [Fact]
    public async Task Failed_attempts_are_counted_by_their_phase_and_not_as_ends()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var listener = Listening();
        var (time, timeout) = (new FakeTimeProvider(), TimeSpan.FromMilliseconds(200));
        var silent = TcpClientSettings.Default with
        {
            Tls = TlsClientSettings.Default,
            ConnectTimeout = timeout,
            Time = time,
        };

        await FailAsync(taken.LocalEndPoint!, null);
        var failure = FailAsync(listener.LocalEndPoint!, silent);
        using var peer = await listener.AcceptAsync().Within("the connection");
        await peer.ReceiveAsync(new byte[1]).Within("the first byte of a handshake");
        time.Advance(timeout);
        await failure;

        var counted = Sys.AlephTcp().ClientStatistics;
        Assert.Equal((2, 2), (counted.Attempts, counted.Failed));
        Assert.Equal((0, 0, 0), (counted.Open, counted.Connected, counted.Ended));
        Assert.Equal(1, counted.Failures[ConnectPhase.Connect]);
        Assert.Equal(1, counted.Failures[ConnectPhase.Handshake]);
        Assert.Empty(counted.EndReasons);
    }

    [Fact]
    public async Task The_manager_and_a_client_actor_answer_with_their_own()
    {
        using var listener = Listening();
        var client = Sys.ActorOf(TcpClient.Props());
        client.Tell(new Akka.IO.Tcp.Connect(listener.LocalEndPoint), TestActor);
        await ExpectMsgAsync<Akka.IO.Tcp.Connected>(Waiting.Patience);

        client.Tell(TcpCommands.GetStatistics.Instance, TestActor);
        Assert.Equal(1, (await ExpectMsgAsync<TcpClientStatistics>(Waiting.Patience)).Open);
        Sys.AlephTcp().Manager.Tell(TcpCommands.GetStatistics.Instance, TestActor);
        Assert.Equal(0, (await ExpectMsgAsync<TcpClientStatistics>(Waiting.Patience)).Attempts);
    }

    private static Socket Listening()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    private async Task PingAsync(EndPoint remote)
    {
        var echoed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var received = 0;
        var protocol = new ScriptedProtocol
        {
            OnStart = c => c.Output.Write("hello"u8),
            Receive = (c, data) =>
            {
                if ((received += data.Length) == 5)
                {
                    echoed.TrySetResult();
                    c.Close(ConnectionEnd.Completed);
                }

                return data.Length;
            },
        };
        await TcpClient.ConnectAsync(Sys, remote, _ => protocol).Within("a connection");
        await echoed.Task.Within("the echo");
    }

    private Task FailAsync(EndPoint remote, TcpClientSettings? settings) => Assert.ThrowsAsync<ConnectException>(
        () => TcpClient.ConnectAsync(Sys, remote, _ => new EchoProtocol(), settings).Within("a failure"));

    private async Task<TcpClientStatistics> UntilAsync(Func<TcpClientStatistics, bool> reached, string what)
    {
        await Pacing.UntilAsync(() => Task.FromResult(reached(Sys.AlephTcp().ClientStatistics)), what);
        return Sys.AlephTcp().ClientStatistics;
    }
}

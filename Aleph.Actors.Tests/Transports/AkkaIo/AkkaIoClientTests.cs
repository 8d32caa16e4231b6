using System.Net;
using System.Net.Sockets;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Transports.AkkaIo;

/// <summary>Connects by stock Akka.IO.</summary>
public sealed class AkkaIoClientTests : PatientTestKit
{
    private static readonly TcpClientSettings Settings = new() { Transport = TcpTransport.AkkaIo };
    private static readonly TimeSpan Long = Waiting.Patience;

    [Fact]
    public async Task Two_thousand_connects_leave_no_actor_behind()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => new EchoProtocol());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ChurnAsync(server.LocalEndPoint, 250)))
            .Within(TimeSpan.FromMinutes(1), "2,000 connections were made");
        await AwaitAssertAsync(() => Assert.Empty(StockActors.Of(Sys)), Long);
        var parent = (Akka.Actor.ActorRefWithCell)Sys.Aleph().Outgoing;
        await AwaitAssertAsync(() => Assert.Empty(parent.Children), Long);
    }

    [Fact]
    public async Task A_connect_that_is_given_up_when_it_is_there_logs_no_error()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => new EchoProtocol());
        var errors = CreateTestProbe();
        Sys.EventStream.Subscribe(errors, typeof(Akka.Event.Error));
        for (var i = 0; i < 100; i++)
        {
            using var cancel = new CancellationTokenSource();
            var cancelling = Task.CompletedTask;
            var isOver = false;
            var settings = Settings with
            {
                ConfigureSocket = socket => cancelling = Task.Run(async () =>
                {
                    // Its actor is about to hear of it then.
                    while (!socket.Connected && !Volatile.Read(ref isOver))
                        await Task.Yield();
                    await cancel.CancelAsync();
                }),
            };
            try
            {
                var protocol = new ScriptedProtocol { OnStart = c => c.Close(ConnectionEnd.Completed) };
                var attempt = TcpClient.ConnectAsync(
                    Sys, server.LocalEndPoint, _ => protocol, settings, cancel.Token);
                await attempt.Within("a connection, or the end of the attempt");
            }
            catch (OperationCanceledException)
            {
                // As asked.
            }

            Volatile.Write(ref isOver, true);
            await cancelling.Within("the attempt was given up");
        }

        await AwaitAssertAsync(() => Assert.Empty(StockActors.Of(Sys)), Long);
        errors.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public async Task Connects_by_name_and_tells_addresses_of_one_family()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => new EchoProtocol());
        var port = ((IPEndPoint)server.LocalEndPoint).Port;
        var info = await ConnectAsync(new DnsEndPoint("localhost", port), Settings).Within("a connection");
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, port), info.RemoteEndPoint);
        Assert.Equal(IPAddress.Loopback, Assert.IsType<IPEndPoint>(info.LocalEndPoint).Address);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_a_failure_at_once()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var failure = await Assert.ThrowsAsync<ConnectException>(
            () => ConnectAsync(taken.LocalEndPoint!, Settings).Within("a refusal"));

        Assert.Equal((ConnectPhase.Connect, taken.LocalEndPoint), (failure.Phase, failure.EndPoint));
        await AwaitAssertAsync(() => Assert.Empty(StockActors.Of(Sys)), Long);
    }

    [Fact]
    public async Task The_local_address_and_the_callback_are_the_sockets()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => new EchoProtocol());
        Socket? seen = null;
        var local = new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0);
        var info = await ConnectAsync(
            server.LocalEndPoint, Settings with { LocalEndPoint = local, ConfigureSocket = s => seen = s })
            .Within("a connection");
        Assert.Equal(local.Address, Assert.IsType<IPEndPoint>(info.LocalEndPoint).Address);
        Assert.Equal(info.LocalEndPoint, seen?.LocalEndPoint);
    }

    [Fact]
    public async Task A_fault_of_the_callback_fails_the_attempt()
    {
        var settings = Settings with { ConfigureSocket = _ => throw new InvalidOperationException("no") };
        var failure = await Assert.ThrowsAsync<ConnectException>(
            () => ConnectAsync(new IPEndPoint(IPAddress.Loopback, 9), settings).Within("a failure"));
        Assert.Equal("no", Assert.IsType<InvalidOperationException>(failure.InnerException).Message);
        await AwaitAssertAsync(() => Assert.Empty(StockActors.Of(Sys)), Long);
    }

    [SkippableFact]
    public async Task An_address_that_does_not_answer_costs_the_timeout_and_leaves_nothing()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "A full backlog that does not answer is Linux's");
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(0);
        using var filler = await TcpTesting.ConnectAsync(silent.LocalEndPoint!);

        var settings = Settings with { ConnectTimeout = TimeSpan.FromMilliseconds(300) };
        var failure = await Assert.ThrowsAsync<ConnectException>(
            () => ConnectAsync(silent.LocalEndPoint!, settings).Within("a timeout"));

        Assert.IsType<TimeoutException>(failure.InnerException);
        await AwaitAssertAsync(() => Assert.Empty(StockActors.Of(Sys)), Long);
    }

    [Fact]
    public async Task Closing_still_at_the_end_of_the_system_is_a_reset()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var system = Akka.Actor.ActorSystem.Create("ends");
        var protocol = new ScriptedProtocol { OnStart = c => c.Output.Write(new byte[64 * 1024 * 1024]) };
        await TcpClient.ConnectAsync(system, listener.LocalEndPoint!, _ => protocol, Settings).Within("a connection");
        using var peer = new SocketPeer(await listener.AcceptAsync().Within("the connection was accepted"));
        await peer.ReadExactlyAsync(1);

        await system.Terminate().Within("the system ended");

        await Assert.ThrowsAsync<SocketException>(() => peer.ReadToEndAsync());
    }

    private Task<ConnectionInfo> ConnectAsync(EndPoint remote, TcpClientSettings settings) =>
        TcpClient.ConnectAsync(Sys, remote, _ => new EchoProtocol(), settings);

    private async Task ChurnAsync(EndPoint remote, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var protocol = new ScriptedProtocol
            {
                OnStart = c => c.Output.Write("x"u8),
                Receive = (c, data) =>
                {
                    c.Close(ConnectionEnd.Completed);
                    return data.Length;
                },
            };
            await TcpClient.ConnectAsync(Sys, remote, _ => protocol, Settings);
            await protocol.Ended;
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.IO;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Aleph.Actors.Tests.Transports.Tls;
using Examples.TcpActors;
using Xunit;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tests.Docs;

/// <summary>What docs/guide/tcp-actors.md shows does what it says.</summary>
public sealed class TcpActorGuideTests : TlsHarness
{
    private static TimeSpan Long => Waiting.Patience;

    [Fact]
    public async Task Handlers_echo_and_an_actor_asks()
    {
        await using var server = await TcpActorExamples.EchoAsync(Sys).Within("the server bound");
        Sys.ActorOf(Props.Create(() => new AskOnce(server.LocalEndPoint, TestActor)));

        Assert.Equal("question", await ExpectMsgAsync<string>(Long));
    }

    [Fact]
    public async Task A_refused_connection_is_told_with_its_phase()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Sys.ActorOf(Props.Create(() => new AskOnce(closed.LocalEndPoint!, TestActor)));

        Assert.StartsWith("Connect failed: ", await ExpectMsgAsync<string>(Long), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spawned_server_is_told_to_drain()
    {
        var server = TcpActorExamples.Spawn(Sys);
        var bound = await server.Ask<ServerProtocol.Bound>(ServerProtocol.GetBound.Instance, Long);
        using var peer = await TcpTesting.ConnectAsync(bound.LocalEndPoint);
        Assert.True(await peer.PingAsync());
        peer.Dispose();

        Assert.True(await server.GracefulStop(Long, new ServerProtocol.Drain(Long)));
    }

    [Fact]
    public async Task The_manager_takes_stock_commands_and_ours()
    {
        TcpActorExamples.Stock(Sys, TestActor, new IPEndPoint(IPAddress.Loopback, 0));
        await ExpectMsgAsync<AkkaTcp.Bound>(Long);
        TcpActorExamples.Secure(Sys, TestActor, ServerOf());
        var bound = await ExpectMsgAsync<AkkaTcp.Bound>(Long);
        using var tls = await OpenAsync(
            new NetworkStream(await TcpTesting.ConnectAsync(bound.LocalAddress), ownsSocket: true));

        await ExpectMsgAsync<AkkaTcp.Connected>(Long);
    }

    [Fact]
    public async Task Refused_chunks_are_sent_again()
    {
        var settings = TcpSettings.Default with
        {
            Connection = ConnectionSettings.Default with { WriteBuffer = 128 * 1024 },
        };
        Sys.AlephTcp().Manager.Tell(new TcpCommands.Bind(TestActor, settings), TestActor);
        var bound = await ExpectMsgAsync<AkkaTcp.Bound>(Long);
        using var peer = await TcpTesting.ConnectAsync(bound.LocalAddress);
        await ExpectMsgAsync<AkkaTcp.Connected>(Long);
        var connection = LastSender;
        connection.Tell(new AkkaTcp.Register(TestActor), TestActor);
        var chunks = new Queue<ByteString>(
            Enumerable.Range(0, 200).Select(_ => ByteString.FromBytes(new byte[100_000])));
        Sys.ActorOf(Props.Create(() => new FileSender(connection, chunks)));

        var buffer = new byte[65_536];
        for (var left = 200 * 100_000; left > 0;)
        {
            var count = await peer.ReceiveAsync(buffer).Within("all chunks");
            Assert.NotEqual(0, count);
            left -= count;
        }
    }

    [Fact]
    public async Task A_mail_server_starts_tls()
    {
        var tls = ServerOf();
        await using var server = await TcpServer.BindAsync(Sys, _ => Props.Create(() => new MailActor(tls)));
        using var stream = new NetworkStream(
            await TcpTesting.ConnectAsync(server.LocalEndPoint), ownsSocket: true);
        await stream.WriteAsync("STARTTLS\r\n"u8.ToArray());
        var reply = new byte["220 go ahead\r\n".Length];
        await stream.ReadExactlyAsync(reply).Within("the reply");

        using var secured = await OpenAsync(stream);
        var welcome = new byte["250 secured\r\n".Length];
        await secured.ReadExactlyAsync(welcome).Within("the first secured line");
        Assert.Equal("250 secured\r\n"u8.ToArray(), welcome);
    }

    [Fact]
    public async Task A_job_under_way_holds_the_drain()
    {
        Sys.ActorOf(Props.Create(() => new Relay(TestActor)), "jobs");
        await using var server = await TcpServer.BindAsync(Sys, _ => Props.Create(() => new JobActor()));
        using var peer = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await peer.SendAsync("job"u8.ToArray());
        var job = await ExpectMsgAsync<ByteString>(Long);
        var handler = LastSender;

        var drained = server.DrainAsync(TimeSpan.FromMinutes(1));
        handler.Tell(job, TestActor);

        Assert.Equal("job", await peer.ReceiveTextAsync());
        await drained.Within("the server ended");
    }

    [Theory]
    [InlineData("docs/guide/coming-from-akka-io.md")]
    [InlineData("docs/guide/akka-io-transport.md")]
    public void Every_difference_from_Akka_IO_names_tests_that_exist(string page)
    {
        var tests = typeof(TcpActorGuideTests).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods()).Select(m => m.Name).ToHashSet();
        var rows = Repository.Lines(page)
            .Where(line => line.StartsWith('|') && !line.StartsWith("| |", StringComparison.Ordinal)
                && !line.StartsWith("| ---", StringComparison.Ordinal))
            .Select(line => line.Split('|')[^2])
            .ToList();

        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            var named = Regex.Matches(row, "`([A-Za-z_]+_[A-Za-z_]+)`").Select(m => m.Groups[1].Value).ToList();
            Assert.NotEmpty(named);
            Assert.All(named, name => Assert.Contains(name, tests));
        });
    }

    private sealed class Relay(IActorRef to) : UntypedActor
    {
        protected override void OnReceive(object message) => to.Forward(message);
    }
}

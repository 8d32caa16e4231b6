using System.Text;
using Akka.Actor;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>One connection of the user's own, and what becomes of it after CONNECT and 101.</summary>
public sealed class OwnConnectionTests : ClientHarness
{
    private const string Empty = "HTTP/1.1 204 x||";

    [Fact]
    public async Task Sends_in_order_over_one_connection_and_ends_with_it()
    {
        var (peers, settings) = Peers();
        await using var connection = await Sys.Http().ConnectAsync(ScriptedClient.Origin, settings).Within("open");
        var server = await peers.NextAsync();
        var (first, second) = (connection.SendAsync(Get("1")), connection.SendAsync(Get("2")));
        Assert.StartsWith("GET /1 ", await server.AnswerAsync(Empty), StringComparison.Ordinal);
        await first.Within("the first answer");
        Assert.StartsWith("GET /2 ", await server.AnswerAsync(Empty), StringComparison.Ordinal);
        await second.Within("the second answer");
        server.Peer.HalfClose();
        await connection.Ended.Within("the connection ended");
        var failure = await Assert.ThrowsAsync<HttpClientException>(
            () => connection.SendAsync(Get("3")).Within("a failure"));
        Assert.True(failure is { Failure: HttpClientFailure.ConnectionEnded, IsUnsent: true });
        Assert.Equal(1, peers.Attempts);
    }

    [Fact]
    public async Task Repeats_nothing_and_takes_no_request_for_another_origin()
    {
        var (peers, settings) = Peers();
        await using var connection = await Sys.Http().ConnectAsync(ScriptedClient.Origin, settings).Within("open");
        var server = await peers.NextAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => connection.SendAsync(HttpRequest.Get("http://other.test/")));
        var first = connection.SendAsync(Get("1"));
        await server.AnswerAsync(Empty);
        await first.Within("the first answer");
        var second = connection.SendAsync(Get("2"));
        await server.ReadHeadAsync();
        server.Peer.HalfClose();
        await Assert.ThrowsAsync<HttpClientException>(() => second.Within("a failure"));
        await connection.Ended.Within("the connection ended");
        Assert.Equal(1, peers.Attempts);
    }

    [Fact]
    public async Task Says_why_it_cannot_be_made()
    {
        var (peers, settings) = Peers();
        peers.Refusal = new IOException("no way");
        await Assert.ThrowsAsync<HttpClientException>(
            () => Sys.Http().ConnectAsync(ScriptedClient.Origin, settings).Within("a failure"));
    }

    [Fact]
    public async Task An_actor_answers_and_stops_with_its_connection()
    {
        var (peers, settings) = Peers();
        var actor = Sys.ActorOf(HttpConnection.Props(ScriptedClient.Origin, settings));
        Watch(actor);
        var asked = actor.Ask<HttpResponse>(Get("1"));
        var server = await peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 2|Connection: close||hi");
        using var response = await asked.Within("the answer");
        Assert.Equal("hi", await response.Body.ReadTextAsync());
        await ExpectTerminatedAsync(actor, Waiting.Patience);
    }

    [Fact]
    public async Task A_flow_is_one_connection_which_closes_after_the_last_answer()
    {
        var (peers, settings) = Peers();
        var (info, answers) = Source.From(new[] { Get("1"), Get("2") })
            .ViaMaterialized(HttpClientStreams.Connection(Sys, ScriptedClient.Origin, settings), Keep.Right)
            .SelectAsync(1, x => x.Body.ReadTextAsync().AsTask())
            .ToMaterialized(Sink.Seq<string>(), Keep.Both)
            .Run(Sys.Http().Materializer);
        var server = await peers.NextAsync();
        await info.Within("the connection opened");
        await server.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 1||a");
        await server.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 1||b");
        Assert.Equal(["a", "b"], await answers.Within("both answers"));
        Assert.Equal("", await server.ReadToEndAsync());
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task CONNECT_hands_over_a_tunnel_or_shows_the_refusal(bool isAccepted)
    {
        var scripted = Scripted();
        var asked = scripted.Client.SendAsync(HttpRequest.Connect(ScriptedClient.Url, "far.test:443"));
        var server = await scripted.Peers.NextAsync();
        Assert.Equal(
            "CONNECT far.test:443 HTTP/1.1\r\nHost: far.test:443\r\nUser-Agent: Aleph.Actors\r\n\r\n",
            await server.AnswerAsync(
                isAccepted ? "HTTP/1.1 200 OK||early" : "HTTP/1.1 403 No|Content-Length: 2||no"));
        using var response = await asked.Within("the answer");
        if (!isAccepted)
        {
            Assert.Equal((403, "no"), (response.Status.Code, await response.Body.ReadTextAsync()));
            Assert.Null(response.Info!.Tunnel);
            Assert.True((await scripted.StatisticsAsync()) is { Idle: 1 });
            return;
        }

        await using var tunnel = response.Info!.Tunnel!;
        var read = await tunnel.Input.ReadAtLeastAsync(5).AsTask().Within("early bytes");
        Assert.Equal("early", Encoding.ASCII.GetString(read.Buffer.FirstSpan));
        tunnel.Input.AdvanceTo(read.Buffer.End);
        await tunnel.Output.WriteAsync("back"u8.ToArray());
        Assert.Equal("back", await server.ReadAsync(4));
    }

    [Theory]
    [InlineData("far.test"), InlineData("far.test:x"), InlineData("far.test:0"), InlineData("u@far.test:1"),
        InlineData("far.test:1/x"), InlineData("a b:1")]
    public void CONNECT_needs_a_host_and_a_port(string authority) =>
        Assert.Throws<ArgumentException>(() => HttpRequest.Connect(ScriptedClient.Url, authority));

    [Fact]
    public async Task A_protocol_takes_an_upgraded_connection_over_with_what_came_already()
    {
        var scripted = Scripted();
        var upper = new Upper();
        var asked = scripted.Client.SendAsync(HttpRequest.Get(ScriptedClient.Url)
            .WithHeader("Connection", "Upgrade").WithHeader("Upgrade", "upper")
            .WithOptions(new RequestOptions { SwitchTo = _ => upper }));
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 101 x|Connection: Upgrade|Upgrade: upper||early");
        using var response = await asked.Within("the answer");
        Assert.Equal((101, null), (response.Status.Code, response.Info!.Tunnel));
        Assert.Equal("EARLY", await server.ReadAsync(5));
        await server.WriteAsync("late");
        Assert.Equal("LATE", await server.ReadAsync(4));
        server.Peer.HalfClose();
        Assert.Equal("", await server.ReadToEndAsync());
    }

    [Fact]
    public async Task A_protocol_that_cannot_be_made_fails_its_request_and_the_connection()
    {
        var scripted = Scripted();
        var asked = scripted.Client.SendAsync(HttpRequest.Connect(ScriptedClient.Url, "far.test:443")
            .WithOptions(new RequestOptions { SwitchTo = _ => throw new InvalidDataException("no") }));
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 OK||");
        await Assert.ThrowsAsync<InvalidDataException>(() => asked.Within("a failure"));
        await ExpectAsync(scripted, x => x is { Open: 0, Active: 0 }, "nothing is left");
    }

    private static HttpRequest Get(string path) => HttpRequest.Get(ScriptedClient.Url + path);

    private static (ScriptedPeers Peers, HttpPoolSettings Settings) Peers()
    {
        var peers = new ScriptedPeers(MemoryTransportOptions.Default);
        return (peers, HttpPoolSettings.Default with { Transport = peers.ConnectAsync });
    }

    /// <summary>Sends back in upper case what it gets.</summary>
    private sealed class Upper : IConnectionProtocol
    {
        private IConnection _connection = null!;

        public long Deadline => long.MaxValue;

        public void Start(IConnection connection) => _connection = connection;

        public int OnReceived(ReadOnlySpan<byte> data)
        {
            foreach (var octet in data)
                _connection.Output.Write([(byte)(octet & 0xdf)]);
            return data.Length;
        }

        public void OnMessage(object message)
        {
        }

        public void OnWritable()
        {
        }

        public void OnPeerClosed() => _connection.Close(ConnectionEnd.Completed);

        public void OnDeadline(long now)
        {
        }

        public void Drain()
        {
        }

        public void OnEnded(ConnectionEnd end)
        {
        }
    }
}

using System.Net;
using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Connections;
using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aleph.Actors.Tests.Transports;

/// <summary>What a listener does with PROXY headers, over memory and in an HTTP server on sockets.</summary>
public sealed class ProxyProtocolTests : ConnectionHarness
{
    private static readonly byte[] Line = "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n"u8.ToArray();

    private readonly FakeTimeProvider _time = new();

    public ProxyProtocolTests()
        : base(new MemoryWire(MemoryTransportOptions.Default)) => Time = _time;

    [Theory]
    [InlineData(ProxyProtocolMode.Optional)]
    [InlineData(ProxyProtocolMode.Required)]
    public async Task The_protocol_sees_the_address_of_the_header_and_what_follows_it(ProxyProtocolMode mode)
    {
        var protocol = ScriptedProtocol.Echo();
        ConnectionInfo? seen = null;
        var (_, peer) = await ConnectAsync(protocol, mode, info => seen = info);
        foreach (var value in Line)
            await peer.WriteAsync(new[] { value });
        await peer.WriteAsync("hello"u8.ToArray());

        Assert.Equal("hello"u8.ToArray(), await peer.ReadExactlyAsync(5));
        Assert.Equal("192.0.2.1:56324", seen!.RemoteEndPoint!.ToString());
        Assert.Equal("198.51.100.7:443", seen.LocalEndPoint!.ToString());
        Assert.Equal(1, seen.Proxy!.Version);
    }

    [Fact]
    public async Task Header_and_payload_in_one_piece_are_told_apart()
    {
        var (_, peer) = await ConnectAsync(ScriptedProtocol.Echo(), ProxyProtocolMode.Required);
        await peer.WriteAsync((byte[])[.. Line, .. Line]);

        Assert.Equal(Line, await peer.ReadExactlyAsync(Line.Length));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PROXY TCP4 nonsense\r\n")]
    public async Task A_required_header_that_does_not_come_ends_the_connection(string first)
    {
        var protocol = new ScriptedProtocol();
        var (actor, peer) = await ConnectAsync(protocol, ProxyProtocolMode.Required);
        Watch(actor);
        await peer.WriteAsync(System.Text.Encoding.ASCII.GetBytes(first));

        await ExpectTerminatedAsync(actor);
        Assert.False(protocol.Started.IsCompleted);
    }

    [Fact]
    public async Task Silence_ends_the_connection_at_the_header_timeout()
    {
        var protocol = new ScriptedProtocol();
        var (actor, _) = await ConnectAsync(protocol, ProxyProtocolMode.Required);
        Watch(actor);
        await TurnAsync(actor);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        await TurnAsync(actor);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        await ExpectTerminatedAsync(actor);
        Assert.False(protocol.Started.IsCompleted);
    }

    [Fact]
    public async Task An_end_before_the_header_is_whole_ends_the_connection()
    {
        var (actor, peer) = await ConnectAsync(new ScriptedProtocol(), ProxyProtocolMode.Required);
        Watch(actor);
        await peer.WriteAsync(Line.AsMemory(0, 20));
        peer.HalfClose();

        await ExpectTerminatedAsync(actor);
    }

    [Fact]
    public async Task Where_it_is_optional_other_bytes_are_payload()
    {
        ConnectionInfo? seen = null;
        var (_, peer) = await ConnectAsync(ScriptedProtocol.Echo(), ProxyProtocolMode.Optional, info => seen = info);
        await peer.WriteAsync("PRO"u8.ToArray());
        await peer.WriteAsync("GRESS"u8.ToArray());

        Assert.Equal("PROGRESS"u8.ToArray(), await peer.ReadExactlyAsync(8));
        Assert.Null(seen!.Proxy);
    }

    [Fact]
    public async Task Where_it_is_optional_silence_opens_the_connection_at_the_header_timeout()
    {
        var protocol = new ScriptedProtocol { OnStart = c => c.Output.Write("220 hello"u8) };
        var (actor, peer) = await ConnectAsync(protocol, ProxyProtocolMode.Optional);
        await TurnAsync(actor);
        _time.Advance(TimeSpan.FromSeconds(5.1));

        Assert.Equal("220 hello"u8.ToArray(), await peer.ReadExactlyAsync(9));
    }

    [Fact]
    public async Task Where_it_is_optional_a_peer_that_sends_nothing_and_ends_is_served()
    {
        var protocol = new ScriptedProtocol
        {
            PeerClose = c =>
            {
                c.Output.Write("bye"u8);
                c.Close(ConnectionEnd.Completed);
            },
        };
        var (_, peer) = await ConnectAsync(protocol, ProxyProtocolMode.Optional);
        peer.HalfClose();

        Assert.Equal("bye"u8.ToArray(), await peer.ReadToEndAsync());
    }

    [Theory]
    [InlineData("PROXY ", false)]
    [InlineData("PROXY TCP4 1.2", true)]
    [InlineData("\r\n\r\n\0\r\nQUIT\n", false)]
    [InlineData("\r\n\r\n\0\r\nQUIT\n", true)]
    public async Task Where_it_is_optional_a_header_that_has_begun_has_to_end(string start, bool stalls)
    {
        var protocol = new ScriptedProtocol();
        var (actor, peer) = await ConnectAsync(protocol, ProxyProtocolMode.Optional);
        await peer.WriteAsync(System.Text.Encoding.ASCII.GetBytes(start));
        await TurnAsync(actor);
        if (stalls)
            _time.Advance(TimeSpan.FromSeconds(5.1));
        else
            peer.HalfClose();

        await Assert.ThrowsAnyAsync<IOException>(() => peer.ReadToEndAsync().Within("the reset"));
        Assert.Empty(protocol.Presented);
    }

    [Fact]
    public async Task An_http_handler_sees_the_client_and_not_the_proxy()
    {
        await using var server = await ServeAsync(new ProxyProtocolSettings { Mode = ProxyProtocolMode.Required });

        var answer = await RequestAsync(server, [.. Line, .. "GET / HTTP/1.0\r\n\r\n"u8]);

        Assert.EndsWith("192.0.2.1:56324", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_is_not_trusted_is_closed_though_it_says_nothing()
    {
        await using var server = await ServeAsync(new ProxyProtocolSettings
        {
            Mode = ProxyProtocolMode.Required,
            TrustedSources = [IPNetwork.Parse("10.0.0.0/8")],
        });

        Assert.Equal("", await RequestAsync(server, []));
    }

    [Fact]
    public async Task What_an_untrusted_source_sends_is_payload_where_headers_are_optional()
    {
        await using var server = await ServeAsync(new ProxyProtocolSettings
        {
            Mode = ProxyProtocolMode.Optional,
            TrustedSources = [IPNetwork.Parse("10.0.0.0/8")],
        });

        Assert.StartsWith("HTTP/1.1 400", await RequestAsync(server, Line), StringComparison.Ordinal);
        var plain = await RequestAsync(server, "GET / HTTP/1.0\r\n\r\n"u8.ToArray());
        Assert.Contains("\r\n127.0.0.1:", plain, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_are_read_and_their_faults_named()
    {
        var config = Akka.Configuration.ConfigurationFactory.ParseString(
            """aleph.tcp.proxy-protocol { mode = required, trusted-sources = ["10.0.0.0/8"], header-timeout = 0s }""");

        var settings = TcpSettings.FromConfig(config);

        Assert.Equal(ProxyProtocolMode.Required, settings.ProxyProtocol.Mode);
        Assert.Equal([IPNetwork.Parse("10.0.0.0/8")], settings.ProxyProtocol.TrustedSources);
        Assert.Equal(
            ["aleph.tcp.proxy-protocol.header-timeout is 0s; it must be above 0s, and at most 1d"],
            settings.Validate());
    }

    private static async Task TurnAsync(IActorRef actor) =>
        Assert.NotNull(await actor.Ask<ActorIdentity>(new Identify(1), Waiting.Limit));

    // Empty where the server closed or reset, however early: it may do so before the client knows that it is connected.
    private static async Task<string> RequestAsync(ServerBinding server, byte[] bytes)
    {
        using var client = new System.Net.Sockets.TcpClient();
        try
        {
            await client.ConnectAsync((IPEndPoint)server.LocalEndPoint).Within("a connection");
            using var reader = new StreamReader(client.GetStream(), System.Text.Encoding.ASCII);
            await client.GetStream().WriteAsync(bytes);
            return await reader.ReadToEndAsync().Within("the end of the answer");
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            return "";
        }
    }

    private Task<ServerBinding> ServeAsync(ProxyProtocolSettings proxy)
    {
        var settings = Sys.Http().Settings;
        settings = settings with { Tcp = settings.Tcp with { ProxyProtocol = proxy } };
        return Sys.Http().ServeAsync(0, r => HttpResponse.Text(r.RemoteEndPoint!.ToString()!), settings)
            .Within("a server that listens");
    }

    private Task<(IActorRef Actor, IWirePeer Peer)> ConnectAsync(
        IConnectionProtocol protocol, ProxyProtocolMode mode, Action<ConnectionInfo>? made = null) =>
        ConnectAsync(protocol, change: spec => spec with
        {
            ProxyProtocol = new ProxyProtocolSettings { Mode = mode },
            Protocol = info =>
            {
                made?.Invoke(info);
                return protocol;
            },
        });
}

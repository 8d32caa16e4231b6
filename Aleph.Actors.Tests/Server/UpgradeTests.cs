using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>101 and CONNECT: the connection becomes the handler's.</summary>
public class UpgradeTests : ServerHarness
{
    private const string Offer = "GET / HTTP/1.1\nHost: h\nConnection: Upgrade\nUpgrade: shout\n\n";

    [Theory]
    [InlineData("")]
    [InlineData("early")]
    public async Task A_switch_hands_over_the_connection_with_what_came_already(string early)
    {
        var server = Serve(_ => HttpResponse.SwitchProtocols("shout", Echo));
        var client = server.Connect();
        await client.SendAsync(Offer + early);
        await client.ExpectAsync("HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\nUpgrade: shout\n\n");
        await client.SendAsync(" late");
        await client.ReadUntilAsync(early + " late");
        client.Peer.HalfClose();
        await client.ExpectEndAsync();
        await server.ExpectNothingLeftAsync();
    }

    [Fact]
    public async Task A_tunnel_hands_over_the_connection()
    {
        var client = Serve(_ => HttpResponse.Tunnel(Echo)).Connect();
        await client.SendAsync("CONNECT a:1 HTTP/1.1\nHost: a:1\n\nearly");
        await client.ExpectAsync("HTTP/1.1 200 OK\n\n");
        await client.ReadUntilAsync("early");
        client.Peer.HalfClose();
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task A_refused_CONNECT_keeps_the_connection()
    {
        var client = Serve(_ => HttpResponse.Of(403)).Connect();
        await client.SendAsync("CONNECT a:1 HTTP/1.1\nHost: a:1\n\nGET / HTTP/1.1\nHost: h\n\n");
        await client.ExpectStatusAsync(403);
        await client.ExpectStatusAsync(403);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: h\n\n")]
    [InlineData("GET / HTTP/1.1\nHost: h\nConnection: Upgrade\nUpgrade: other\n\n")]
    [InlineData("GET / HTTP/1.0\nConnection: Upgrade\nUpgrade: shout\n\n")]
    [InlineData("CONNECT a:1 HTTP/1.1\nHost: a:1\n\n")]
    public async Task A_switch_that_was_not_offered_gives_500(string request)
    {
        var client = Serve(_ => HttpResponse.SwitchProtocols("shout", Echo)).Connect();
        await client.SendAsync(request);
        Assert.StartsWith("HTTP/1.1 500 ", await client.ReadAnswerAsync(), StringComparison.Ordinal);
        await Logged.ExpectAsync("cannot be sent");
    }

    [Fact]
    public async Task A_plain_200_to_CONNECT_gives_500()
    {
        var client = Serve(Answering("hi")).Connect();
        await client.SendAsync("CONNECT a:1 HTTP/1.1\nHost: a:1\n\n");
        await client.ExpectStatusAsync(500);
    }

    [Fact]
    public async Task A_tunnel_for_a_GET_gives_500()
    {
        var client = Serve(_ => HttpResponse.Tunnel(Echo)).Connect();
        await client.SendAsync(Offer);
        await client.ExpectStatusAsync(500);
    }

    [Fact]
    public async Task An_offer_may_be_ignored()
    {
        var client = Serve(Answering("plain")).Connect();
        await client.SendAsync(Offer + Offer);
        Assert.EndsWith("plain", await client.ReadAnswerAsync());
        Assert.EndsWith("plain", await client.ReadAnswerAsync());
    }

    private static async Task Echo(DuplexConnection connection)
    {
        await using var stream = connection.AsStream();
        await stream.CopyToAsync(stream);
    }
}

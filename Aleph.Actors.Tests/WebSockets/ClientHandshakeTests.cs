using Aleph.Actors.Http;
using Aleph.Actors.Http.WebSockets;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>RFC 6455 section 4.1: what a client makes of the answer to its opening handshake.</summary>
public sealed class ClientHandshakeTests
{
    private static readonly (string Name, string Value)[] Good =
    [
        ("Upgrade", "WebSocket"), ("Connection", "keep-alive, Upgrade"), ("Sec-WebSocket-Accept", FramePeer.Accept),
    ];

    [Theory]
    [Trait("rfc", "6455-4.1")]
    [InlineData("Upgrade", null, "switch")]
    [InlineData("Upgrade", "h2c", "switch")]
    [InlineData("Upgrade", "websocket, h2c", "switch")]
    [InlineData("Connection", null, "switch")]
    [InlineData("Connection", "keep-alive", "switch")]
    [InlineData("Sec-WebSocket-Accept", null, "key")]
    [InlineData("Sec-WebSocket-Accept", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "key")]
    [InlineData("Sec-WebSocket-Extensions", "a b", "grammar")]
    [InlineData("Sec-WebSocket-Extensions", "x-other", "offered")]
    [InlineData("Sec-WebSocket-Protocol", "other", "offered")]
    [InlineData("Sec-WebSocket-Protocol", "chat", null)]
    [InlineData("Sec-WebSocket-Extensions", "", null)]
    public void Every_rule_of_the_answer_is_checked(string name, string? value, string? fault)
    {
        var fields = Good.Where(x => x.Name != name).ToList();
        if (value is not null)
            fields.Add((name, value));
        var found = ClientHandshake.Fault(
            HttpHeaders.Of([.. fields]), FramePeer.Key, ["chat"], null, out var protocol, out var deflate);
        if (fault is null)
            Assert.Null(found);
        else
            Assert.Contains(fault, found);
        Assert.Equal(fault is null && value == "chat" ? "chat" : null, fault is null ? protocol : null);
        Assert.Null(deflate);
    }

    [Theory]
    [Trait("rfc", "6455-4.1")]
    [InlineData("Upgrade", "websocket")]
    [InlineData("Sec-WebSocket-Accept", FramePeer.Accept)]
    [InlineData("Sec-WebSocket-Protocol", "chat")]
    public void What_is_said_twice_is_not_believed(string name, string value)
    {
        var fields = Good.Where(x => x.Name != name).Append((name, value)).Append((name, value));
        Assert.NotNull(ClientHandshake.Fault(
            HttpHeaders.Of([.. fields]), FramePeer.Key, ["chat"], null, out _, out _));
    }
}

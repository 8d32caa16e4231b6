using System.Net;
using Akka.Event;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Udp;

public sealed class UdpWireLogTests() : UdpTestKit("akka.loglevel = INFO")
{
    private static readonly WireLogSettings Wire = new() { Level = LogLevel.InfoLevel };

    [Fact]
    public async Task Logs_binding_datagrams_both_ways_and_closing()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        var settings = UdpSettings.Default with { WireLog = Wire };
        var socket = await Sys.AlephUdp().BindAsync(settings).Within("the socket was bound");
        await socket.SendAsync(new Datagram(Peer.EndPoint, "hi {0}"u8.ToArray())).Within("a datagram was sent");
        await Peer.SendAsync("yes", socket.LocalEndPoint);
        await socket.ReceiveAsync().Within("the answer");
        await socket.DisposeAsync();

        await ExpectLineAsync($"UDP socket {socket.LocalEndPoint} is bound");
        await ExpectLineAsync($"sent 6 bytes to {Peer.EndPoint}\n00000000  68 69 20 7b 30 7d");
        await ExpectLineAsync($"received 3 bytes from {Peer.EndPoint}\n00000000  79 65 73");
        await ExpectLineAsync("is closed (1 datagrams received, 0 dropped, 1 sent, 0 not sent)");
    }

    [Fact]
    public async Task Logs_what_is_lost_and_why()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        var settings = UdpSettings.Default with
        {
            WireLog = Wire with { MaxBytes = 0 },
            ReceiveQueueCapacity = 1,
            MaxDatagramSize = 5,
        };
        await using var socket = await Sys.AlephUdp().BindAsync(settings).Within("the socket was bound");
        foreach (var text in new[] { "a", "bc", "longer" })
            await Peer.SendAsync(text, socket.LocalEndPoint);
        await Pacing.UntilAsync(() => Task.FromResult(socket.Statistics.Oversized == 1), "the last one came");
        await Assert.ThrowsAsync<NotSupportedException>(() => socket.SendAsync(new Datagram(
            new System.Net.Sockets.UnixDomainSocketEndPoint("/x"), "x"u8.ToArray())));

        await ExpectLineAsync("is bound");
        Assert.EndsWith($"received 1 bytes from {Peer.EndPoint}", await ExpectLineAsync("received"));
        await ExpectLineAsync("received 2 bytes");
        await ExpectLineAsync($"dropped that datagram from {Peer.EndPoint}, as its queue is full");
        await ExpectLineAsync("dropped a datagram that is longer than max-datagram-size");
        await ExpectLineAsync("could not send a datagram to /x: UDP cannot send to UnixDomainSocketEndPoint /x");
    }

    [Fact]
    public void The_wire_before_tls_is_no_choice() => Assert.Equal(
        ["aleph.udp.wire-log.encrypted is on; UDP has no TLS beneath it"],
        (UdpSettings.Default with { WireLog = Wire with { Encrypted = true } }).Validate());

    private async Task<string> ExpectLineAsync(string part)
    {
        var info = await ExpectMsgAsync<Info>(Waiting.Patience);
        var line = info.Message.ToString()!;
        Assert.StartsWith("Aleph.Actors.WireLog", info.LogSource, StringComparison.Ordinal);
        Assert.Contains(part, line, StringComparison.Ordinal);
        return line;
    }
}

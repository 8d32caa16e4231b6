using System.Net;
using Akka.Actor;
using Akka.Streams;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Udp;
using Xunit;
using AkkaUdp = Akka.IO.Udp;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The examples of docs/guide/udp.md do what it says.</summary>
public sealed class UdpGuideTests : UdpTestKit
{
    [Fact]
    public async Task A_function_answers_a_client()
    {
        await using var echo = await UdpExamples.ServeAsync(Sys).Within("the echo was bound");
        await UdpExamples.AskAsync(Sys, echo.LocalEndPoint).Within("the client got its answer");
    }

    [Fact]
    public async Task Datagrams_are_counted_to_the_end()
    {
        var socket = await Sys.AlephUdp().BindAsync(0).Within("the socket was bound");
        await Peer.SendAsync("12345", socket.LocalEndPoint);
        await Conformance.Pacing.UntilAsync(() => Task.FromResult(socket.Statistics.Received == 1), "it came");
        await socket.DisposeAsync();

        Assert.Equal(5, await UdpExamples.CountAsync(socket, CancellationToken.None).Within("the count ended"));
    }

    [Fact]
    public async Task A_socket_is_spawned_with_its_handler()
    {
        var socket = await UdpExamples.SpawnAsync(Sys).Within("the socket was bound");
        var bound = await socket.Ask<UdpSocketProtocol.Bound>(UdpSocketProtocol.GetBound.Instance).Within("bound");

        await Peer.SendAsync("echo", bound.LocalEndPoint);

        Assert.Equal("echo", await Peer.ReceiveTextAsync());
    }

    [Fact]
    public async Task The_manager_binds()
    {
        UdpExamples.Bind(Sys, TestActor, Loopback);
        await ExpectMsgAsync<AkkaUdp.Bound>(Waiting.Patience);
    }

    [Fact]
    public async Task Streams_shout_back_and_send()
    {
        using var materializer = Sys.Materializer();
        var binding = await UdpExamples.EchoStream(Sys, materializer).Within("the socket was bound");
        await Peer.SendAsync("abc", binding.LocalEndPoint);
        Assert.Equal("ABC", await Peer.ReceiveTextAsync());

        await UdpExamples.SendStream(Sys, materializer, Peer.EndPoint).Within("all was sent");
        Assert.Equal("hits:1|c", await Peer.ReceiveTextAsync());
        Assert.Equal("hits:2|c", await Peer.ReceiveTextAsync());
    }

    [Fact]
    public async Task A_group_is_joined()
    {
        await using var socket = await UdpExamples.JoinAsync(Sys).Within("the group was joined");
        await socket.LeaveMulticastGroupAsync(IPAddress.Parse("239.255.0.1")).Within("the group was left");
    }
}

using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Udp;

/// <summary>Sockets for code outside actors.</summary>
public sealed class UdpBindingTests : UdpTestKit
{
    [Fact]
    public async Task Sends_and_receives()
    {
        await using var socket = await Sys.AlephUdp().BindAsync(0).Within("the socket was bound");
        Assert.NotEqual(0, socket.LocalEndPoint.Port);
        Assert.Null(socket.RemoteEndPoint);

        await socket.SendAsync(new Datagram(Peer.EndPoint, "hello"u8.ToArray())).Within("a datagram was sent");
        var greeting = await Peer.ReceiveAsync();
        Assert.Equal(socket.LocalEndPoint, greeting.RemoteEndPoint);
        await Peer.SendAsync("answer", greeting.RemoteEndPoint);

        var answer = await socket.ReceiveAsync().Within("the answer came");
        Assert.Equal(new Datagram(Peer.EndPoint, "answer"u8.ToArray()), answer);

        // The socket's actor counts a datagram after it has put it into the queue, and answers after that.
        await StatisticsAsync(socket.Actor);
        Assert.Equal(new UdpSocketProtocol.Statistics(1, 6, 1, 5, 0, 0, 0, 0), socket.Statistics);
    }

    [Fact]
    public async Task Enumerates_until_it_is_disposed_and_what_came_before_is_still_there()
    {
        var socket = await Sys.AlephUdp().BindAsync(0).Within("the socket was bound");
        for (var i = 0; i < 3; i++)
            await Peer.SendAsync($"{i}", socket.LocalEndPoint);
        await Pacing.UntilAsync(() => Task.FromResult(socket.Statistics.Received == 3), "three datagrams came");

        await socket.DisposeAsync();
        await socket.DisposeAsync();

        var all = new List<Datagram>();
        await foreach (var datagram in socket)
            all.Add(datagram);
        Assert.Equal(3, all.Count);
        await Assert.ThrowsAsync<InvalidOperationException>(() => socket.ReceiveAsync().AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => socket.SendAsync(new Datagram(Peer.EndPoint, "x"u8.ToArray())));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => socket.JoinMulticastGroupAsync(IPAddress.Parse("239.1.1.1")));
        Assert.True(socket.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_wait_for_a_datagram_can_be_cancelled_and_none_is_lost()
    {
        await using var socket = await Sys.AlephUdp().BindAsync(0).Within("the socket was bound");
        using var cancel = new CancellationTokenSource();
        var waiting = socket.ReceiveAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await Peer.SendAsync("kept", socket.LocalEndPoint);

        Assert.Equal(4, (await socket.ReceiveAsync().Within("the datagram came")).Payload.Length);
    }

    [Fact]
    public async Task A_taken_port_is_a_BindException()
    {
        var settings = UdpSettings.Default with { EndPoint = Peer.EndPoint };

        var fault = await Assert.ThrowsAsync<BindException>(() => Sys.AlephUdp().BindAsync(settings));

        Assert.Equal(Peer.EndPoint, fault.EndPoint);
        Assert.Equal(
            SocketError.AddressAlreadyInUse, Assert.IsType<SocketException>(fault.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task Settings_that_cannot_be_throw_all_their_faults()
    {
        var settings = UdpSettings.Default with { SendQueueCapacity = 0, MulticastTtl = 256 };
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => Sys.AlephUdp().BindAsync(settings));
        Assert.Contains("aleph.udp.send-queue-capacity is 0", fault.Message, StringComparison.Ordinal);
        Assert.Contains("aleph.udp.multicast-ttl is 256", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_are_typed_and_the_socket_goes_on()
    {
        await using var socket = await Sys.AlephUdp().BindAsync(0).Within("the socket was bound");

        await Assert.ThrowsAsync<DatagramTooLargeException>(
            () => socket.SendAsync(new Datagram(Peer.EndPoint, new byte[65_508])));
        var family = await Assert.ThrowsAsync<SocketException>(
            () => socket.SendAsync(new Datagram(new IPEndPoint(IPAddress.IPv6Loopback, 1), "x"u8.ToArray())));
        Assert.Equal(SocketError.AddressFamilyNotSupported, family.SocketErrorCode);
        await Assert.ThrowsAsync<NotSupportedException>(
            () => socket.SendAsync(new Datagram(new UnixDomainSocketEndPoint("/x"), "x"u8.ToArray())));

        await socket.SendAsync(new Datagram(Peer.EndPoint, new byte[65_507])).Within("the longest was sent");
        Assert.Equal(65_507, (await Peer.ReceiveAsync()).Payload.Length);
        Assert.Equal(3, socket.Statistics.SendFailures);
    }

    [Fact]
    public async Task Names_are_resolved()
    {
        await using var socket = await Sys.AlephUdp().BindAsync(0).Within("the socket was bound");

        await socket.SendAsync(new Datagram(new DnsEndPoint("localhost", Peer.EndPoint.Port), "hi"u8.ToArray()))
            .Within("a datagram to localhost was sent");

        Assert.Equal("hi", await Peer.ReceiveTextAsync());
    }

    [Fact]
    public async Task Connects_to_one_peer()
    {
        await using var socket = await Sys.AlephUdp().ConnectAsync(Peer.EndPoint).Within("the socket was connected");
        Assert.Equal(Peer.EndPoint, socket.RemoteEndPoint);

        await socket.SendAsync(new Datagram(Peer.EndPoint, "hello"u8.ToArray())).Within("a datagram was sent");
        await Peer.SendAsync("answer", (await Peer.ReceiveAsync()).RemoteEndPoint);

        Assert.Equal(Peer.EndPoint, (await socket.ReceiveAsync().Within("the answer came")).RemoteEndPoint);
    }

    [Fact]
    public async Task Serves_a_function()
    {
        await using var socket = await Sys.AlephUdp().ServeAsync(datagram => datagram).Within("the socket was bound");

        await Peer.SendAsync("echo", socket.LocalEndPoint);

        Assert.Equal("echo", await Peer.ReceiveTextAsync());
    }

    [Fact]
    public async Task Completions_may_run_on_the_thread_that_polls()
    {
        var settings = UdpSettings.Default with { InlineCompletions = true };
        await using var socket = await Sys.AlephUdp().ServeAsync(datagram => datagram, settings).Within("bound");

        for (var i = 0; i < 100; i++)
        {
            await Peer.SendAsync($"{i}", socket.LocalEndPoint);
            Assert.Equal($"{i}", await Peer.ReceiveTextAsync());
        }
    }

    [Fact]
    public async Task A_dual_mode_socket_shows_IPv4_peers_as_IPv4()
    {
        var settings = UdpSettings.Default with { EndPoint = new IPEndPoint(IPAddress.IPv6Any, 0) };
        await using var socket = await Sys.AlephUdp().BindAsync(settings).Within("the socket was bound");

        await Peer.SendAsync("hi", new IPEndPoint(IPAddress.Loopback, socket.LocalEndPoint.Port));

        var datagram = await socket.ReceiveAsync().Within("the datagram came");
        Assert.Equal(Peer.EndPoint, datagram.RemoteEndPoint);
        await socket.SendAsync(datagram).Within("it was sent back");
        Assert.Equal("hi", await Peer.ReceiveTextAsync());
    }

    [Fact]
    public async Task The_end_of_the_actor_is_the_end_of_the_binding()
    {
        var socket = await Sys.AlephUdp().BindAsync(0).Within("the socket was bound");
        var waiting = socket.ReceiveAsync().AsTask();

        Sys.Stop(socket.Actor);

        await socket.Completion.Within("the socket was closed");
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting.Within("the wait ended"));
        await BindToAsync(socket.LocalEndPoint);
    }

    [Fact]
    public async Task Datagrams_longer_than_wanted_are_dropped_and_not_cut()
    {
        var settings = UdpSettings.Default with { MaxDatagramSize = 100 };
        await using var socket = await Sys.AlephUdp().BindAsync(settings).Within("the socket was bound");

        await Peer.SendAsync(new byte[101], socket.LocalEndPoint);
        await Peer.SendAsync(new byte[100], socket.LocalEndPoint);

        Assert.Equal(100, (await socket.ReceiveAsync().Within("the shorter one came")).Payload.Length);
        Assert.Equal(1, socket.Statistics.Oversized);
    }

    [Fact]
    public async Task Two_sockets_share_a_port_only_when_both_want_it()
    {
        var settings = UdpSettings.Default with { ReuseAddress = true };
        await using var first = await Sys.AlephUdp().BindAsync(settings).Within("the first was bound");
        var same = settings with { EndPoint = first.LocalEndPoint };

        await using (await Sys.AlephUdp().BindAsync(same).Within("the second was bound"))
        {
        }

        await Assert.ThrowsAsync<BindException>(() => Sys.AlephUdp().BindAsync(same with { ReuseAddress = false }));
    }

    [Fact]
    public async Task The_callback_sees_the_socket_before_it_is_bound_and_may_refuse_it()
    {
        Socket? seen = null;
        var settings = UdpSettings.Default with
        {
            ReceiveBuffer = 100_000,
            SendBuffer = 50_000,
            ConfigureSocket = socket => seen = socket.IsBound ? null : socket,
        };
        await using (await Sys.AlephUdp().BindAsync(settings).Within("the socket was bound"))
        {
            Assert.InRange(seen!.ReceiveBufferSize, 100_000, 200_000);
            Assert.InRange(seen.SendBufferSize, 50_000, 100_000);
        }

        settings = settings with { ConfigureSocket = _ => throw new InvalidOperationException("no") };
        var fault = await Assert.ThrowsAsync<BindException>(() => Sys.AlephUdp().BindAsync(settings));
        Assert.Equal("no", fault.InnerException!.Message);
    }
}

using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Udp;

/// <summary>Broadcast and multicast, on the loopback interface.</summary>
public sealed class UdpGroupTests : UdpTestKit
{
    private static readonly IPAddress Group = IPAddress.Parse("239.255.77.1");
    private static readonly IPAddress Group6 = IPAddress.Parse("ff01::7701");

    private static UdpSettings Member { get; } = UdpSettings.Default with
    {
        EndPoint = new IPEndPoint(IPAddress.Any, 0),
        MulticastInterface = "127.0.0.1",
        ReuseAddress = true,
    };

    [SkippableFact]
    public async Task Broadcasts_only_when_it_may()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Others have no broadcast address on the loopback interface");
        await using var listener = await BindAsync(Member);
        var to = new IPEndPoint(IPAddress.Parse("127.255.255.255"), listener.LocalEndPoint.Port);
        var datagram = new Datagram(to, "all"u8.ToArray());

        await using var shy = await BindAsync(UdpSettings.Default);
        var fault = await Assert.ThrowsAsync<SocketException>(() => shy.SendAsync(datagram));
        Assert.Equal(SocketError.AccessDenied, fault.SocketErrorCode);

        await using var loud = await BindAsync(UdpSettings.Default with { Broadcast = true });
        await loud.SendAsync(datagram).Within("the broadcast was sent");
        var received = await listener.ReceiveAsync().Within("the broadcast came");
        Assert.Equal(loud.LocalEndPoint, received.RemoteEndPoint);
    }

    [Fact]
    public async Task Members_get_what_is_sent_to_their_group_until_they_leave()
    {
        await using var member = await BindAsync(Member);
        await using var sender = await BindAsync(Member);
        var port = member.LocalEndPoint.Port;
        await member.JoinMulticastGroupAsync(Group).Within("it joined");
        await SendAsync(sender, new IPEndPoint(Group, port), "in");
        var datagram = await member.ReceiveAsync().Within("the group's datagram came");
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, sender.LocalEndPoint.Port), datagram.RemoteEndPoint);

        await member.LeaveMulticastGroupAsync(Group).Within("it left");
        await SendAsync(sender, new IPEndPoint(Group, port), "group");
        await SendAsync(sender, new IPEndPoint(IPAddress.Loopback, port), "direct");

        Assert.Equal(6, (await member.ReceiveAsync().Within("the direct datagram came")).Payload.Length);
    }

    [SkippableTheory]
    [InlineData("127.0.0.1")]
    [InlineData("lo")]
    public async Task Groups_of_the_settings_are_joined_at_once(string @interface)
    {
        Skip.IfNot(@interface != "lo" || OperatingSystem.IsLinux(), "Linux calls its loopback interface lo");
        var settings = Member with { MulticastInterface = @interface };
        await using var member = await BindAsync(settings with { MulticastGroups = [Group] });
        await using var sender = await BindAsync(settings);

        await SendAsync(sender, new IPEndPoint(Group, member.LocalEndPoint.Port), "in");

        Assert.Equal(2, (await member.ReceiveAsync().Within("the group's datagram came")).Payload.Length);
    }

    // Over the loopback interface a datagram comes back whatever the socket wants, so only the option can be seen.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sets_whether_members_on_this_machine_are_heard(bool loopback)
    {
        var seen = !loopback;
        await using var socket = await BindAsync(Member with
        {
            MulticastLoopback = loopback,
            ConfigureSocket = raw => seen = (int)raw.GetSocketOption(
                SocketOptionLevel.IP, SocketOptionName.MulticastLoopback)! != 0,
        });
        Assert.Equal(loopback, seen);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    public async Task Sets_the_time_to_live(int ttl)
    {
        var seen = -1;
        await using var socket = await BindAsync(Member with
        {
            MulticastTtl = ttl,
            ConfigureSocket = raw => seen = (int)raw.GetSocketOption(
                SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive)!,
        });
        Assert.Equal(ttl, seen);
    }

    // A machine need not have a route for IPv6 groups on the loopback interface, so membership alone is asked for.
    [SkippableFact]
    public async Task Joins_and_leaves_groups_of_IPv6()
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "No IPv6");
        await using var member = await BindAsync(UdpSettings.Default with
        {
            EndPoint = new IPEndPoint(IPAddress.IPv6Any, 0),
            MulticastInterface = "::1",
            MulticastGroups = [Group6],
        });
        var again = await Assert.ThrowsAsync<SocketException>(() => member.JoinMulticastGroupAsync(Group6));
        Assert.Equal(SocketError.AddressAlreadyInUse, again.SocketErrorCode);

        await member.LeaveMulticastGroupAsync(Group6).Within("it left");

        await Assert.ThrowsAsync<SocketException>(() => member.LeaveMulticastGroupAsync(Group6));
    }

    [Fact]
    public async Task What_cannot_be_joined_or_left_fails_the_command()
    {
        await using var socket = await BindAsync(Member);

        await Assert.ThrowsAsync<ArgumentException>(() => socket.JoinMulticastGroupAsync(IPAddress.Loopback));
        await Assert.ThrowsAsync<ArgumentException>(() => socket.JoinMulticastGroupAsync(Group, "no-such-interface"));
        await Assert.ThrowsAsync<SocketException>(() => socket.LeaveMulticastGroupAsync(Group));
        await socket.JoinMulticastGroupAsync(Group).Within("it joined");
        await Assert.ThrowsAsync<SocketException>(() => socket.JoinMulticastGroupAsync(Group));

        var fault = await Assert.ThrowsAsync<BindException>(
            () => Sys.AlephUdp().BindAsync(Member with { MulticastInterface = "no-such-interface" }));
        Assert.IsType<ArgumentException>(fault.InnerException);
    }

    private static Task SendAsync(UdpBinding socket, IPEndPoint to, string text) =>
        socket.SendAsync(new Datagram(to, System.Text.Encoding.ASCII.GetBytes(text))).Within(text + " was sent");

    private Task<UdpBinding> BindAsync(UdpSettings settings) =>
        Sys.AlephUdp().BindAsync(settings).Within("the socket was bound");
}

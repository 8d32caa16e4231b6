using System.Net;
using Akka.Actor;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;
using AkkaUdp = Akka.IO.Udp;

namespace Aleph.Actors.Tests.Udp;

/// <summary>Every socket gives back its descriptor, whatever ends it.</summary>
[Collection(AloneCollection.Name)]
public sealed class UdpDescriptorTests : UdpTestKit
{
    [SkippableFact]
    public async Task Thousand_binds_and_unbinds_leave_no_descriptor()
    {
        await NoneLeftAsync(1000, async () =>
        {
            var (socket, _) = await BindAsync();
            socket.Tell(AkkaUdp.Unbind.Instance, TestActor);
            await ExpectMsgAsync<AkkaUdp.Unbound>(Waiting.Patience);
        });
        var manager = (RepointableActorRef)Sys.AlephUdp().Manager;
        await AwaitConditionAsync(() => Task.FromResult(!manager.Children.Any()), Waiting.Patience);
    }

    [SkippableFact]
    public Task The_end_of_handlers_leaves_no_descriptor() => NoneLeftAsync(100, async () =>
    {
        var handler = CreateTestProbe();
        Sys.AlephUdp().Manager.Tell(new AkkaUdp.Bind(handler, Loopback), TestActor);
        await ExpectMsgAsync<AkkaUdp.Bound>(Waiting.Patience);
        var socket = await WatchAsync(LastSender);
        Sys.Stop(handler);
        await ExpectTerminatedAsync(socket, Waiting.Patience);
    });

    [SkippableFact]
    public Task Stopped_actors_leave_no_descriptor() => NoneLeftAsync(100, async () =>
    {
        var (socket, _) = await SpawnAsync(UdpSettings.Default);
        await WatchAsync(socket);
        Sys.Stop(socket);
        await ExpectTerminatedAsync(socket, Waiting.Patience);
    });

    [SkippableFact]
    public Task Failures_to_bind_leave_no_descriptor() => NoneLeftAsync(100, async () =>
    {
        Sys.AlephUdp().Manager.Tell(new AkkaUdp.Bind(TestActor, Peer.EndPoint), TestActor);
        await ExpectMsgAsync<AkkaUdp.CommandFailed>(Waiting.Patience);
    });

    [SkippableFact]
    public Task Bindings_leave_no_descriptor() => NoneLeftAsync(100, async () =>
    {
        var socket = await Sys.AlephUdp().BindAsync(0).Within("the socket was bound");
        await socket.DisposeAsync();
    });

    [SkippableFact]
    public async Task A_flooded_socket_without_a_reader_keeps_memory_flat()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Descriptors are counted in /proc");
        var settings = UdpSettings.Default with { ReceiveQueueCapacity = 100 };
        await using var socket = await Sys.AlephUdp().BindAsync(settings).Within("the socket was bound");
        var payload = new byte[1000];
        await FloodAsync(socket, payload, 1000).Within("a thousand were dropped");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await FloodAsync(socket, payload, 20_000).Within(2 * Waiting.Patience, "many were dropped");

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4 * 1024 * 1024);
        Assert.True(socket.Statistics.Dropped > 0);
        Assert.Equal(100, socket.Statistics.Received);
    }

    // Until so many more were seen: the kernel may drop some of them as well.
    private async Task FloodAsync(UdpBinding socket, byte[] payload, int count)
    {
        var target = socket.Statistics.Dropped + count;
        while (socket.Statistics.Dropped < target)
            await Peer.SendAsync(payload, socket.LocalEndPoint);
    }

    private static async Task NoneLeftAsync(int times, Func<Task> action)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Descriptors are counted in /proc");
        await action();
        await Pacing.UntilProcessIsQuietAsync();
        var before = Descriptors();
        for (var i = 0; i < times; i++)
            await action();

        // Without a collection, since a finaliser is no way to close a socket.
        await Pacing.UntilAsync(
            () => Task.FromResult(Descriptors() <= before + 3), $"all but {before} descriptors were closed");
    }

    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;
}

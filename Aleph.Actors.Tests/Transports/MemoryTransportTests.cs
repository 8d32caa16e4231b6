using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Tests.Connections;
using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aleph.Actors.Tests.Transports;

public class MemoryTransportTests() : ConnectionHarness(new MemoryWire(MemoryTransportOptions.Default))
{
    [Fact]
    public async Task Delivers_every_byte_by_itself_when_asked()
    {
        var sizes = new List<int>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var peer = Adopt(new MemoryTransportOptions { MaxDelivery = 1 }, new ScriptedProtocol
        {
            Receive = (_, data) =>
            {
                sizes.Add(data.Length);
                if (sizes.Count == 5)
                    done.SetResult();
                return data.Length;
            },
        });
        await peer.WriteAsync("hello"u8.ToArray());
        await done.Task.Within("five deliveries");
        Assert.Equal([1, 1, 1, 1, 1], sizes);
    }

    [Fact]
    public async Task Delivers_after_the_delay()
    {
        var time = new FakeTimeProvider();
        var protocol = ScriptedProtocol.Echo();
        var peer = Adopt(new MemoryTransportOptions { Delay = TimeSpan.FromSeconds(5), Time = time }, protocol);
        await peer.WriteAsync("x"u8.ToArray());
        await protocol.Started.Within("the protocol started");
        Assert.Empty(protocol.Presented);
        var read = peer.ReadExactlyAsync(1).Within("the echo after the delay");
        while (!read.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        Assert.Equal("x"u8.ToArray(), await read);
    }

    [Fact]
    public async Task Holds_bytes_back_until_released()
    {
        var protocol = ScriptedProtocol.Echo();
        var peer = Adopt(MemoryTransportOptions.Default, protocol);
        peer.Hold();
        await peer.WriteAsync("x"u8.ToArray());
        await protocol.Started.Within("the protocol started");
        Assert.Empty(protocol.Presented);
        peer.Release();
        Assert.Equal("x"u8.ToArray(), await peer.ReadExactlyAsync(1).Within("the echo after the release"));
    }

    [Fact]
    public async Task Fails_as_injected()
    {
        var protocol = ScriptedProtocol.Echo();
        var peer = Adopt(MemoryTransportOptions.Default, protocol);
        peer.Fail(new ConnectionEnd(ConnectionEndReason.IoError, "cable cut"));
        Assert.Equal("cable cut", (await protocol.Ended.Within("the protocol ended")).Detail);
        await Assert.ThrowsAsync<IOException>(() => peer.WriteAsync(new byte[1]));
    }

    [Fact]
    public async Task Joins_two_connections()
    {
        var (first, second) = MemoryTransport.CreatePair();
        var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Adopt(first, ScriptedProtocol.Echo());
        Adopt(second, new ScriptedProtocol
        {
            OnStart = c => c.Output.Write(new byte[1000]),
            Receive = (c, data) =>
            {
                if (data.Length < 1000)
                    return 0;
                c.Close(ConnectionEnd.Completed);
                answer.SetResult(data.Length);
                return data.Length;
            },
        });
        Assert.Equal(1000, await answer.Task.Within("the echo came"));
    }

    private MemoryPeer Adopt(MemoryTransportOptions options, IConnectionProtocol protocol)
    {
        var (transport, peer) = MemoryTransport.CreateWithPeer(options);
        Adopt(transport, protocol);
        return peer;
    }

    private void Adopt(ITransport transport, IConnectionProtocol protocol)
    {
        var spec = new ConnectionSpec(_ => protocol, ConnectionSettings.Default, TimeProvider.System);
        Sys.ActorOf(ConnectionActor.Create(spec)).Tell(new ConnectionMessages.Adopt(1, transport));
    }
}

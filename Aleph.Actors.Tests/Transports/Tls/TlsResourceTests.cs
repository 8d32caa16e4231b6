using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;
using Xunit.Abstractions;

namespace Aleph.Actors.Tests.Transports.Tls;

/// <summary>What TLS connections cost, and that they leave nothing behind.</summary>
[Collection(AloneCollection.Name)]
public sealed class TlsResourceTests(ITestOutputHelper output) : TlsHarness
{
    private static readonly TimeSpan Long = Waiting.Patience;

    [SkippableFact]
    public async Task Five_hundred_connections_leave_no_descriptor_and_no_actor()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Descriptors are counted in /proc");
        await using var server = await ServeAsync(ServerOf());
        await ChurnAsync(server, 20);
        await EndedAsync(server);
        await Pacing.UntilProcessIsQuietAsync();
        var before = Descriptors();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ChurnAsync(server, 50)))
            .Within(TimeSpan.FromMinutes(2), "500 connections had been");
        await EndedAsync(server);
        Assert.Equal(520, (await server.GetStatisticsAsync()).Accepted);
        await AwaitAssertAsync(() => Assert.InRange(Descriptors(), 0, before + 8), Long);
        var connections = await Sys.ActorSelection(server.Actor.Path / "connections").ResolveOne(Long);
        Assert.Empty(((LocalActorRef)connections).Children);
    }

    [Fact]
    public async Task Reading_a_record_allocates_next_to_nothing()
    {
        const int Records = 20_000;
        var protocol = new CountingProtocol(Records * 8192L);
        await using var server = await ServeAsync(ServerOf(), _ => protocol);
        using var client = await OpenAsync(server);
        await SendAsync();
        var least = double.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await SendAsync();
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Records);
        }

        output.WriteLine($"{least:0} bytes a record, the client's own included");

        // Measured: 3 to 54. A task for each record would cost 100 and more.
        Assert.InRange(least, 0, 64);

        async Task SendAsync()
        {
            var record = new byte[8192];

            // A write that waits allocates on the client's side; one that blocks does not.
            await Task.Run(() =>
            {
                for (var i = 0; i < Records; i++)
                    client.Write(record);
            });
            await protocol.Round.WaitAsync().Within(TimeSpan.FromMinutes(1), "all records came");
        }
    }

    [Fact]
    public async Task Two_thousand_half_handshakes_are_cheap_and_end_at_the_timeout()
    {
        const int Count = 2000;
        var half = (await ClientHello.MakeAsync())[..100];
        await using var server = await ServeAsync(
            ServerOf() with { HandshakeTimeout = TimeSpan.FromSeconds(20) },
            change: s => s with { Backlog = 4096 });
        using var witness = await OpenAsync(server);
        var sockets = new List<Socket>();
        var each = 0L;
        try
        {
            // What other tests left behind may go meanwhile: then once more.
            for (var round = 0; round < 3 && each <= 0; round++)
            {
                await Pacing.UntilProcessIsQuietAsync();
                var before = SettledMemory();
                for (var i = 0; i < Count; i++)
                {
                    sockets.Add(await TcpTesting.ConnectAsync(server.LocalEndPoint));
                    await sockets[^1].SendAsync(half);
                }

                await AssertEchoesAsync(witness);
                each = (SettledMemory() - before) / Count;
            }

            Assert.InRange(each, 1, 24 * 1024);
            foreach (var socket in sockets)
                await socket.ReceiveAsync(new byte[1]).ContinueWith(_ => { }, TaskScheduler.Default)
                    .Within(TimeSpan.FromSeconds(60), "a half handshake ended");
            await AssertEchoesAsync(witness);
        }
        finally
        {
            sockets.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task An_idle_connection_holds_no_buffer()
    {
        const int Count = 200;
        await using var server = await ServeAsync(ServerOf());
        var clients = new List<System.Net.Security.SslStream>();
        for (var i = 0; i < 20; i++)
            clients.Add(await OpenAsync(server));
        var each = 0L;

        // What other tests left behind may go meanwhile: then once more.
        for (var round = 0; round < 3 && each <= 0; round++)
        {
            await Pacing.UntilProcessIsQuietAsync();
            var before = SettledMemory();
            for (var i = 0; i < Count; i++)
            {
                clients.Add(await OpenAsync(server));
                await AssertEchoesAsync(clients[^1]);
            }

            each = (SettledMemory() - before) / Count;
        }

        output.WriteLine($"{each} bytes of managed memory a connection, the client's end included");
        Assert.InRange(each, 1, 32 * 1024);
        clients.ForEach(c => c.Dispose());
    }

    /// <summary>Counts, and says when so many bytes have come once more.</summary>
    private sealed class CountingProtocol(long bytes) : IConnectionProtocol
    {
        private IConnection _connection = null!;
        private long _received;

        public SemaphoreSlim Round { get; } = new(0);

        public long Deadline => long.MaxValue;

        public void Start(IConnection connection) => _connection = connection;

        public int OnReceived(ReadOnlySpan<byte> data)
        {
            _received += data.Length;
            if (_received == bytes)
            {
                _received = 0;
                Round.Release();
            }

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

        public void Drain() => _connection.Close(ConnectionEnd.Drained);

        public void OnEnded(ConnectionEnd end)
        {
        }
    }

    // What earlier tests left to finalizers and pools must not go between two measurements, or they prove nothing.
    private static long SettledMemory()
    {
        var last = long.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            var now = GC.GetTotalMemory(forceFullCollection: true);
            if (last - now < 64 * 1024)
                return now;
            last = now;
        }

        return last;
    }

    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;

    private static async Task ChurnAsync(ServerBinding server, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var client = await OpenAsync(server);
            await AssertEchoesAsync(client);
        }
    }

    private async Task EndedAsync(ServerBinding server) => await AwaitAssertAsync(
        async () => Assert.Equal(0, (await server.GetStatisticsAsync()).Open), Long);
}

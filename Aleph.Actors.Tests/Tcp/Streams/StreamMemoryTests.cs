using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Faces;
using Aleph.Actors.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Aleph.Actors.Tests.Tcp.Streams;

/// <summary>What a connected pair of streams allocates, and what it holds while one side waits.</summary>
[Collection(AloneCollection.Name)]
public sealed class StreamMemoryTests : PatientTestKit
{
    private const int Messages = 1_000_000;
    private const int Size = 64;

    private readonly ITestOutputHelper _output;
    private readonly IMaterializer _materializer;

    public StreamMemoryTests(ITestOutputHelper output)
        : base("akka.loglevel = WARNING")
    {
        _output = output;
        _materializer = Sys.Materializer();
    }

    [Fact]
    public async Task A_message_of_64_bytes_allocates_less_than_200_bytes()
    {
        await SendAsync(Messages / 10);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Equal(Messages * (long)Size, await SendAsync(Messages));
        var each = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Messages;

        _output.WriteLine($"{each:0} bytes a message: both ends, the elements received included");
        Assert.InRange(each, 0, 200);
    }

    [Fact]
    public async Task A_reader_that_waits_holds_the_writer_and_memory_flat()
    {
        var (binding, demand) = await BindAsync();
        var made = 0L;
        var connected = Source.From(Enumerable.Range(0, int.MaxValue)).Select(_ => Make())
            .ViaMaterialized(TcpStreams.Connect(Sys, binding.LocalEndPoint), Keep.Right)
            .To(Sink.Ignore<ByteString>()).Run(_materializer);
        var bytes = await demand.NextAsync().Within("the connection came");
        var reader = new Demand<ByteString>();
        Source.Maybe<ByteString>().Via(bytes.Flow).RunWith(Sink.AsPublisher<ByteString>(false), _materializer)
            .Subscribe(reader);
        await connected.Within("a connection");
        await Pacing.UntilAsync(() => Task.FromResult(Volatile.Read(ref made) > 0), "the writer began");
        await Pacing.UntilQuietAsync(() => Volatile.Read(ref made), "the writer stood still");
        var (first, before) = (Volatile.Read(ref made), GC.GetTotalMemory(forceFullCollection: true));

        long taken = 0;
        while (taken < 100 << 20)
        {
            await reader.AskForAsync(1);
            taken += (await reader.NextAsync().Within("bytes came")).Count;
        }

        await Pacing.UntilQuietAsync(() => Volatile.Read(ref made), "the writer stood still again");
        var after = GC.GetTotalMemory(forceFullCollection: true);
        var ahead = (Volatile.Read(ref made) * 16384) - taken;
        _output.WriteLine($"{before} bytes held before, {after} after, {ahead} under way");
        Assert.InRange(ahead, 1, 64 << 20);
        Assert.InRange(after - before, long.MinValue, 2 << 20);
        Assert.InRange(first * 16384, 1, 64 << 20);

        ByteString Make()
        {
            Interlocked.Increment(ref made);
            return ByteString.FromBytes(new byte[16384]);
        }
    }

    private async Task<(ServerBinding Binding, Demand<IncomingTcpConnection> Demand)> BindAsync()
    {
        var demand = new Demand<IncomingTcpConnection>();
        var (bound, publisher) = TcpStreams.Bind(Sys, 0)
            .ToMaterialized(Sink.AsPublisher<IncomingTcpConnection>(false), Keep.Both).Run(_materializer);
        publisher.Subscribe(demand);
        await demand.AskForAsync(1);
        return (await bound.Within("the server bound"), demand);
    }

    private async Task<long> SendAsync(int count)
    {
        var (binding, demand) = await BindAsync();
        var message = ByteString.FromBytes(new byte[Size]);
        _ = Source.Repeat(message).Take(count).Via(TcpStreams.Connect(Sys, binding.LocalEndPoint))
            .RunWith(Sink.Ignore<ByteString>(), _materializer);
        var connection = await demand.NextAsync().Within("the connection came");
        var total = Source.Empty<ByteString>().Via(connection.Flow)
            .RunWith(Sink.Aggregate<ByteString, long>(0, (sum, bytes) => sum + bytes.Count), _materializer);
        var sum = await total.Within(TimeSpan.FromMinutes(1), "all messages came");
        await binding.DrainAsync(TimeSpan.Zero).Within("the server ended");
        return sum;
    }
}

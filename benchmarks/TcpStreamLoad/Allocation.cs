using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors;

namespace TcpStreamLoad;

/// <summary>
/// What a million messages of 64 bytes through a connected pair of streams allocate, in the whole process: the source
/// repeats one message, and the other side counts bytes, or cuts them into messages again.
/// </summary>
internal static class Allocation
{
    private const int Count = 1_000_000;
    private const int Size = 64;

    // Its first byte says how many follow.
    private static readonly ByteString Message = ByteString.FromBytes([Size - 1, .. new byte[Size - 1]]);

    public static async Task RunAsync(ActorSystem system, IMaterializer materializer)
    {
        await RowAsync("stream pair, bytes counted", Ours, Flow.Create<ByteString>());
        await RowAsync("stream pair, cut into messages", Ours, Cut());
        await RowAsync("stock Tcp(), bytes counted", Stock, Flow.Create<ByteString>(), Count / 20);

        async Task RowAsync(
            string name,
            Func<ActorSystem, IMaterializer, Flow<ByteString, ByteString, Akka.NotUsed>, int, Task<long>> send,
            Flow<ByteString, ByteString, Akka.NotUsed> receive,
            int count = Count)
        {
            await send(system, materializer, receive, count / 10);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var begin = System.Diagnostics.Stopwatch.GetTimestamp();
            var elements = await send(system, materializer, receive, count);
            var seconds = System.Diagnostics.Stopwatch.GetElapsedTime(begin).TotalSeconds;
            var each = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)count;
            Console.WriteLine(FormattableString.Invariant(
                $"| {name} | {each:0} | {count / seconds:N0} | {elements:N0} |"));
        }
    }

    private static Flow<ByteString, ByteString, Akka.NotUsed> Cut() => Framing.LengthField(1, Size);

    private static async Task<long> Ours(
        ActorSystem system, IMaterializer materializer, Flow<ByteString, ByteString, Akka.NotUsed> receive, int count)
    {
        var counted = new TaskCompletionSource<long>();
        var binding = await TcpStreams.Bind(system, 0).To(Sink.ForEach<IncomingTcpConnection>(
            c => c.HandleWith(CountInto(counted, receive), materializer))).Run(materializer);
        _ = Messages(count).Via(TcpStreams.Connect(system, binding.LocalEndPoint)).RunWith(
            Sink.Ignore<ByteString>(), materializer);
        var elements = await counted.Task;
        await binding.DrainAsync(TimeSpan.Zero);
        return elements;
    }

    private static async Task<long> Stock(
        ActorSystem system, IMaterializer materializer, Flow<ByteString, ByteString, Akka.NotUsed> receive, int count)
    {
        var counted = new TaskCompletionSource<long>();
        var binding = await system.TcpStream().Bind("127.0.0.1", 0, halfClose: true)
            .To(Sink.ForEach<Akka.Streams.Dsl.Tcp.IncomingConnection>(
                c => c.HandleWith(CountInto(counted, receive), materializer))).Run(materializer);
        _ = Messages(count).Via(system.TcpStream().OutgoingConnection(binding.LocalAddress)).RunWith(
            Sink.Ignore<ByteString>(), materializer);
        var elements = await counted.Task;
        await binding.Unbind();
        return elements;
    }

    private static Source<ByteString, Akka.NotUsed> Messages(int count) => Source.Repeat(Message).Take(count);

    private static Flow<ByteString, ByteString, Akka.NotUsed> CountInto(
        TaskCompletionSource<long> counted, Flow<ByteString, ByteString, Akka.NotUsed> receive) =>
        receive.Aggregate(0L, (elements, _) => elements + 1).Select(elements =>
        {
            counted.TrySetResult(elements);
            return ByteString.Empty;
        });
}

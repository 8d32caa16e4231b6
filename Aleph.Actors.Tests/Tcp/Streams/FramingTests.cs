using System.Net.Sockets;
using System.Text;
using Akka;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp.Streams;

/// <summary>Akka.Streams' own framing on the bytes of a connection.</summary>
public sealed class FramingTests : PatientTestKit
{
    private readonly IMaterializer _materializer;

    public FramingTests()
        : base("akka.loglevel = OFF") => _materializer = Sys.Materializer();

    [Fact]
    public async Task Lines_are_cut_wherever_the_packets_were()
    {
        var lines = Framing.Delimiter(ByteString.FromString("\n"), 100)
            .Select(line => ByteString.FromString(line.ToString(Encoding.UTF8).ToUpperInvariant() + "\n"));
        await using var binding = await ServeAsync(lines);
        using var client = await TcpTesting.ConnectAsync(binding.LocalEndPoint);
        using var reader = new StreamReader(new NetworkStream(client));
        foreach (var part in new[] { "on", "e\nt", "wo\nthree\nfo", "ur\n" })
            await client.SendAsync(Encoding.ASCII.GetBytes(part));

        foreach (var line in new[] { "ONE", "TWO", "THREE", "FOUR" })
            Assert.Equal(line, await reader.ReadLineAsync().Within("the line " + line));
    }

    [Fact]
    public async Task A_line_that_is_too_long_resets_the_connection()
    {
        await using var binding = await ServeAsync(Framing.Delimiter(ByteString.FromString("\n"), 10));
        using var client = await TcpTesting.ConnectAsync(binding.LocalEndPoint);
        await client.SendAsync(new byte[11]);

        await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1]).Within("the reset"));
    }

    [Fact]
    public async Task Frames_with_a_length_field_pass_both_ways()
    {
        var framing = Framing.SimpleFramingProtocol(1 << 20);
        await using var binding = await ServeAsync(
            Framing.SimpleFramingProtocolDecoder(1 << 20).Via(Framing.SimpleFramingProtocolEncoder(1 << 20)));
        var sizes = new[] { 0, 1, 63, 64, 65, 4096, 100_000, 1 << 20 };
        var frames = Source.From(sizes).Select(size => ByteString.FromBytes(new byte[size]))
            .Via(framing.Join(TcpStreams.Connect(Sys, binding.LocalEndPoint)))
            .Select(frame => frame.Count)
            .RunWith(Sink.Seq<int>(), _materializer);

        Assert.Equal(sizes, await frames.Within("every frame came back"));
    }

    private async Task<ServerBinding> ServeAsync(Flow<ByteString, ByteString, NotUsed> flow) =>
        await TcpStreams.Bind(Sys, 0)
            .To(Sink.ForEach<IncomingTcpConnection>(c => c.HandleWith(flow, _materializer)))
            .Run(_materializer).Within("the server bound");
}

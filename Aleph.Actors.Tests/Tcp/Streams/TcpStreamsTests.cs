using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit.Xunit2;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp.Streams;

/// <summary>TcpStreams.Bind joined with TcpStreams.Connect over real sockets.</summary>
public sealed class TcpStreamsTests : TestKit
{
    private readonly IMaterializer _materializer;

    public TcpStreamsTests()
        : base("akka.loglevel = WARNING") => _materializer = Sys.Materializer();

    [Fact]
    public async Task Echoes_through_both_ends()
    {
        var binding = await EchoAsync();
        var (connected, echoed) = Source.From(["hel", "lo ", "you"]).Select(ByteString.FromString)
            .ViaMaterialized(TcpStreams.Connect(Sys, binding.LocalEndPoint), Keep.Right)
            .ToMaterialized(Sink.Aggregate<ByteString, ByteString>(ByteString.Empty, (a, b) => a + b), Keep.Both)
            .Run(_materializer);

        Assert.Equal(binding.LocalEndPoint, (await connected.Within("a connection")).RemoteEndPoint);
        Assert.Equal("hello you", (await echoed.Within("the echo, and its end")).ToString(Encoding.ASCII));
    }

    private async Task<ServerBinding> EchoAsync() => await TcpStreams.Bind(Sys, 0)
        .To(Sink.ForEach<IncomingTcpConnection>(c => c.HandleWith(Flow.Create<ByteString>(), _materializer)))
        .Run(_materializer).Within("the server bound");
}

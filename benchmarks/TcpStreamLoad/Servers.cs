using System.Net;
using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors;

namespace TcpStreamLoad;

/// <summary>
/// The servers that are compared, each on a port of its own: they echo, or take everything in and answer one byte at
/// the end.
/// </summary>
internal sealed class Servers(ActorSystem system, IMaterializer materializer)
{
    public async Task<EndPoint> ProtocolAsync(bool echo) =>
        (await TcpServer.BindAsync(system, _ => new BareProtocol(echo))).LocalEndPoint;

    public async Task<EndPoint> HandlerActorAsync(bool echo) =>
        (await TcpServer.BindAsync(system, _ => Props.Create(() => new Handler(echo)))).LocalEndPoint;

    public async Task<EndPoint> StreamAsync(bool echo) =>
        (await TcpStreams.Bind(system, 0)
            .To(Sink.ForEach<IncomingTcpConnection>(c => c.HandleWith(FlowOf(echo), materializer)))
            .Run(materializer)).LocalEndPoint;

    public async Task<EndPoint> FunctionAsync(bool echo) =>
        (await system.AlephTcp().ServeAsync(0, connection => RunAsync(connection, echo))).LocalEndPoint;

    public async Task<EndPoint> StockAsync(bool echo) =>
        (await system.TcpStream().Bind("127.0.0.1", 0)
            .To(Sink.ForEach<Akka.Streams.Dsl.Tcp.IncomingConnection>(
                c => c.HandleWith(FlowOf(echo), materializer)))
            .Run(materializer)).LocalAddress;

    private static Flow<ByteString, ByteString, Akka.NotUsed> FlowOf(bool echo) => echo
        ? Flow.Create<ByteString>()
        : Flow.Create<ByteString>().Aggregate(0L, (sum, bytes) => sum + bytes.Count).Select(_ => Done);

    private static ByteString Done { get; } = ByteString.FromString("!");

    private static async Task RunAsync(DuplexConnection connection, bool echo)
    {
        await foreach (var message in connection.ReceiveAllAsync())
        {
            if (echo)
                await connection.SendAsync(message);
        }

        if (!echo)
            await connection.SendAsync("!"u8.ToArray());
    }
}

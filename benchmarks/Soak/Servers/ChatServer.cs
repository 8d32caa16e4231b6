using System.Net;
using System.Text;
using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors;
using LineChat;

namespace Soak.Servers;

/// <summary>The actors of the sample LineChat behind TCP as streams.</summary>
internal sealed class ChatServer(ActorSystem system, IMaterializer materializer)
{
    private const int LongestLine = 1024;
    private const int WaitingLines = 256;

    private readonly IActorRef _chat = system.ActorOf(Props.Create(() => new ChatActor()), "rooms");

    public Task<ServerBinding> BindAsync(EndPoint at, string name) => TcpStreams
        .Bind(system, system.AlephTcp().Settings with { EndPoint = at }, name)
        .To(Sink.ForEachAsync<IncomingTcpConnection>(16, ServeAsync))
        .Run(materializer);

    // The actor of a source that is cancelled does not always end by itself (Akka 1.5.74).
    private static async Task StopAfterAsync(Task ended, IActorRef output)
    {
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        output.Tell(PoisonPill.Instance);
    }

    private async Task ServeAsync(IncomingTcpConnection connection)
    {
        var lines = Framing.Delimiter(ByteString.FromString("\n"), LongestLine, allowTruncation: true)
            .Select(line => line.ToString(Encoding.UTF8));
        var bytes = Flow.Create<string>().Select(line => ByteString.FromString(line + "\r\n"));
        var (output, said) = Source.ActorRef<string>(WaitingLines, OverflowStrategy.Fail).PreMaterialize(materializer);
        var session = await _chat.Ask<IActorRef>(new Session.Opened(connection.Info.Id, output));
        var heard = Sink.ActorRefWithAck<string>(
            session, new Session.Begin(), Session.Taken.Instance, new Session.End());
        var ending = said.Via(bytes).WatchTermination((_, ended) => StopAfterAsync(ended, output));
        await connection.HandleWith(Flow.FromSinkAndSource(lines.To(heard), ending, Keep.Right), materializer);
    }
}

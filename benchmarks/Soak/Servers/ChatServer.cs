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

    private async Task ServeAsync(IncomingTcpConnection connection)
    {
        var lines = Framing.Delimiter(ByteString.FromString("\n"), LongestLine, allowTruncation: true)
            .Select(line => line.ToString(Encoding.UTF8));
        var bytes = Flow.Create<string>().Select(line => ByteString.FromString(line + "\r\n"));
        var (output, said) = ToldLines.Create(system, materializer, WaitingLines);
        var session = await _chat.Ask<IActorRef>(new Session.Opened(connection.Info.Id, output));
        var heard = Sink.ActorRefWithAck<string>(
            session, new Session.Begin(), Session.Taken.Instance, new Session.End());
        connection.HandleWith(Flow.FromSinkAndSource(lines.To(heard), said.Via(bytes)), materializer);
    }
}

using System.Text;
using Akka;
using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors;
using LineChat;

// LineChat PORT
const int LongestLine = 1024;
const int WaitingLines = 256;

if (CommandLine.Port(args, "LineChat") is not { } port)
    return 2;

var system = ActorSystem.Create("chat");
using var shutdown = new Shutdown();
var materializer = system.Materializer();
var chat = system.ActorOf(Props.Create(() => new ChatActor()), "chat");

// A line that is too long resets its connection.
var lines = Framing.Delimiter(ByteString.FromString("\n"), LongestLine, allowTruncation: true).Select(Text);
var bytes = Flow.Create<string>().Select(line => ByteString.FromString(line + "\r\n"));

try
{
    var binding = await TcpStreams.Bind(system, port)
        .To(Sink.ForEachAsync<IncomingTcpConnection>(16, ServeAsync))
        .Run(materializer);
    Console.WriteLine($"Listening on {binding.LocalEndPoint}");
}
catch (BindException cause)
{
    Console.Error.WriteLine(cause.Message);
    await system.Terminate();
    return 1;
}

await shutdown.WhenSignalled(system);
return 0;

async Task ServeAsync(IncomingTcpConnection connection)
{
    // A user who reads so slowly that this overflows is sent away: the others need not wait for him.
    var (output, said) = ToldLines.Create(system, materializer, WaitingLines);
    var session = await chat.Ask<IActorRef>(new Session.Opened(connection.Info.Id, output));
    var heard = Sink.ActorRefWithAck<string>(session, new Session.Begin(), Session.Taken.Instance, new Session.End());
    connection.HandleWith(Flow.FromSinkAndSource(lines.To(heard), said.Via(bytes)), materializer);
}

// Control characters would reach the terminals of the others.
static string Text(ByteString line) => string.Concat(line.ToString(Encoding.UTF8).Where(c => !char.IsControl(c)));

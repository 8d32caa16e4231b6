using System.Text;
using Akka;
using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors;
using Aleph.Actors.Http;
using LineChat;

namespace Showcase;

/// <summary>The rooms of the sample LineChat, joined by lines of TCP and by messages of WebSockets alike.</summary>
internal sealed class Chat(ActorSystem system)
{
    private const int LongestLine = 1024;
    private const int WaitingLines = 256;

    private readonly IActorRef _chat = system.ActorOf(Props.Create(() => new ChatActor()), "rooms");
    private readonly IMaterializer _materializer = system.Materializer();
    private long _sessions;

    /// <summary>One connection of telnet.</summary>
    public async Task ServeAsync(DuplexConnection connection)
    {
        var lines = Framing.Delimiter(ByteString.FromString("\n"), LongestLine, allowTruncation: true)
            .Select(line => line.ToString(Encoding.UTF8));
        var bytes = Flow.Create<string>().Select(line => ByteString.FromString(line + "\r\n"));
        var (heard, told) = await JoinAsync(lines);
        connection.Source.To(heard).Run(_materializer);
        told.Via(bytes).To(connection.Sink).Run(_materializer);
        await connection.Completion;
    }

    /// <summary>One page: a message is a line.</summary>
    public async ValueTask<HttpResponse> AnswerAsync(HttpRequest request)
    {
        var lines = Flow.Create<WebSocketMessage>().Where(message => message is { IsText: true, Source: null })
            .Select(message => message.Text);
        var (heard, told) = await JoinAsync(lines);
        return HttpResponse.WebSocket(
            request,
            Flow.FromSinkAndSource(heard, told.Select(WebSocketMessage.Of)),
            new WebSocketOptions { AllowOrigin = WebSocketOrigin.IsSame });
    }

    // A user who reads so slowly that this overflows is sent away: the others need not wait for him.
    private async Task<(Sink<T, NotUsed> Heard, Source<string, NotUsed> Told)> JoinAsync<T>(
        Flow<T, string, NotUsed> lines)
    {
        var (output, told) = ToldLines.Create(system, _materializer, WaitingLines);
        var session = await _chat.Ask<IActorRef>(
            new Session.Opened(Interlocked.Increment(ref _sessions), output), TimeSpan.FromSeconds(5));
        var heard = Sink.ActorRefWithAck<string>(
            session, new Session.Begin(), Session.Taken.Instance, new Session.End());
        return (lines.Select(Printable).To(heard), told);
    }

    // Control characters would reach the terminals of the others.
    private static string Printable(string line) =>
        string.Concat(line.Where(c => !char.IsControl(c)).Take(LongestLine));
}

using System.Text;
using Akka.Actor;
using Aleph.Actors.Http;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The code of docs/guide/actors-as-handlers.md.</summary>
internal static class ActorExamples
{
    public static HttpHandler Counting(ActorSystem system, IActorRef counter) => new HttpRoutes()
        .Get("/count", ActorHandlers.Ask(system, counter, maxInFlight: 100, deadline: TimeSpan.FromSeconds(20)))
        .ToHandler();

    public static HttpHandler Feed(ActorSystem system, Props news) => _ => new(HttpResponse.Of(
        HttpBody.WrittenBy(system, system.ActorOf(news)), contentType: "text/plain"));

    public sealed class News : UntypedActor
    {
        private int _line;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case HttpBodyProtocol.Begun or HttpBodyProtocol.Taken when _line == 3:
                    Sender.Tell(HttpBodyProtocol.Complete.Instance);
                    break;
                case HttpBodyProtocol.Begun or HttpBodyProtocol.Taken:
                    Sender.Tell(new HttpBodyProtocol.Write(Encoding.UTF8.GetBytes($"line {++_line}\n")));
                    break;
                case HttpBodyProtocol.Sent or HttpBodyProtocol.GivenUp:
                    Context.Stop(Self);
                    break;
            }
        }
    }

    public sealed class Counter : UntypedActor
    {
        private int _count;

        protected override void OnReceive(object message)
        {
            if (message is HttpRequest)
                Sender.Tell(HttpResponse.Text($"{++_count}"));
        }
    }
}

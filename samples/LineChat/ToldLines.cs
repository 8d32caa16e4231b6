using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace LineChat;

/// <summary>Lines that are told to an actor, as a source. The actor ends with the stream.</summary>
internal static class ToldLines
{
    /// <param name="system">Where the actor lives.</param>
    /// <param name="materializer">Runs it.</param>
    /// <param name="waiting">How many lines may wait; with one more the stream fails.</param>
    public static (IActorRef Output, Source<string, NotUsed> Lines) Create(
        ActorSystem system, IMaterializer materializer, int waiting)
    {
        var (output, lines) = Source.ActorRef<string>(waiting, OverflowStrategy.Fail).PreMaterialize(materializer);
        return (output, lines.WatchTermination((mat, ended) =>
        {
            _ = StopAfterAsync(ended);
            return mat;
        }));

        // The actor of a source that is cancelled does not always end by itself (Akka 1.5.74).
        async Task StopAfterAsync(Task ended)
        {
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            system.Stop(output);
        }
    }
}

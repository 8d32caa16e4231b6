using Akka.Actor;
using Aleph.Actors.Http.Exchanges;

namespace Aleph.Actors.Http;

/// <summary>Bodies that actors write.</summary>
public static class ActorBodies
{
    extension(HttpBody)
    {
        /// <summary>
        /// A body that an actor writes, by <see cref="HttpBodyProtocol"/>: it is told when the body is wanted, when
        /// there is room for more, and when the peer has left. If it stops before it completes the body, the connection
        /// is aborted.
        /// </summary>
        /// <param name="system">The actor's system.</param>
        /// <param name="producer">The actor, in this process.</param>
        /// <param name="window">How many writes may wait, at least 1. Default 16.</param>
        public static HttpBody WrittenBy(ActorSystem system, IActorRef producer, int window = 16)
        {
            ArgumentNullException.ThrowIfNull(system);
            ArgumentNullException.ThrowIfNull(producer);
            ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
            return new ActorBody(new BodyWriterRef(system, producer, window));
        }
    }
}

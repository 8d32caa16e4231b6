using System.Globalization;
using Akka.Actor;
using Aleph.Actors.Http.Server;

namespace Aleph.Actors.Http;

/// <summary>Actors and routers as handlers that stand in a table of routes.</summary>
public static class ActorHandlers
{
    private static readonly ProtocolError Stopped = new(
        HttpStatus.ServiceUnavailable, "handler_stopped", "The service has stopped (RFC 9110 15.6.4).");

    private static readonly ProtocolError TooLate = new(
        HttpStatus.ServiceUnavailable, "handler_timeout", "The service took too long to answer (RFC 9110 15.6.4).");

    /// <summary>
    /// A handler that tells an actor each <see cref="HttpRequest"/>; the actor tells its <c>Sender</c> an
    /// <see cref="HttpResponse"/> or a <see cref="Akka.Actor.Status.Failure"/>. No more than a number are with it at
    /// once: beyond that, when it has stopped, and when it does not answer in time, the client gets a 503. An answer
    /// that comes late goes to dead letters.
    /// </summary>
    /// <param name="system">The actor's system.</param>
    /// <param name="actor">The actor or router, in this process.</param>
    /// <param name="maxInFlight">At least 1.</param>
    /// <param name="deadline">How long it may take, above 0.</param>
    public static HttpHandler Ask(ActorSystem system, IActorRef actor, int maxInFlight, TimeSpan deadline)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(deadline, TimeSpan.Zero);
        return new AskHandler(system, actor, maxInFlight, deadline).HandleAsync;
    }

    private sealed class AskHandler(ActorSystem system, IActorRef actor, int maxInFlight, TimeSpan deadline)
    {
        private static readonly HttpResponse Busy =
            HttpResponse.Text("The service is busy.", HttpStatus.ServiceUnavailable)
                .WithHeader("Retry-After", 1.ToString(CultureInfo.InvariantCulture));

        private int _inFlight;

        public async ValueTask<HttpResponse> HandleAsync(HttpRequest request)
        {
            if (Interlocked.Increment(ref _inFlight) > maxInFlight)
            {
                Interlocked.Decrement(ref _inFlight);
                return Busy;
            }

            var reply = new ReplyRef(system, actor, Stopped);
            try
            {
                reply.Ask(request);
                return await reply.Answer.WaitAsync(deadline, request.Aborted).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                throw new HttpMessageException(TooLate);
            }
            finally
            {
                reply.GiveUp();
                Interlocked.Decrement(ref _inFlight);
            }
        }
    }
}

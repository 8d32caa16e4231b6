using System.Net;
using Akka.Actor;

namespace Aleph.Actors.Dns;

/// <summary>
/// A resolver actor as a function. What needs no look-up is answered on the caller's thread, all else by the actor.
/// </summary>
internal sealed class DnsFacade(IActorRef resolver, DnsResolverSpec spec) : IDnsResolver
{
    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (cancellation.IsCancellationRequested)
            return ValueTask.FromCanceled<IReadOnlyList<IPAddress>>(cancellation);
        if (spec.Ready.TryAnswer(host, out _, out var result, out _))
        {
            return result is DnsResult.Found found
                ? new ValueTask<IReadOnlyList<IPAddress>>(found.Addresses)
                : ValueTask.FromException<IReadOnlyList<IPAddress>>(((DnsResult.Failed)result).ToException(host));
        }

        var request = new DnsRequest(host);
        resolver.Tell(request, ActorRefs.NoSender);
        return new ValueTask<IReadOnlyList<IPAddress>>(
            cancellation.CanBeCanceled ? request.Answer.WaitAsync(cancellation) : request.Answer);
    }
}

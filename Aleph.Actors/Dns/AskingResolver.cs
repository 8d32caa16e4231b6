using System.Net;
using Akka.Actor;

namespace Aleph.Actors.Dns;

/// <summary>Any actor that speaks <see cref="DnsProtocol"/>, as a function.</summary>
internal sealed class AskingResolver(IActorRef resolver, TimeSpan timeout) : IDnsResolver
{
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(
        string host, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        try
        {
            var answer = await resolver
                .Ask<DnsProtocol.Event>(new DnsProtocol.Resolve(host), timeout, cancellation).ConfigureAwait(false);
            return answer switch
            {
                DnsProtocol.Resolved resolved => resolved.Addresses,
                // Thrown anew, as somebody else may throw the actor's one, too.
                DnsProtocol.ResolveFailed { Cause: var cause } => throw new DnsException(cause),
                _ => throw new DnsException(host, DnsFailure.BadAnswer, $"{resolver} answered {answer}"),
            };
        }
        catch (AskTimeoutException)
        {
            throw new DnsException(host, DnsFailure.Timeout, $"{resolver} did not answer within {timeout}");
        }
    }
}

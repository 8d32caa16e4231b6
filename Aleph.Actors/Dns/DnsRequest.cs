using System.Net;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Dns;

/// <summary>
/// A facade's question to its resolver actor, and the place of the answer. In dead letters it is answered, too, so
/// nobody waits for an actor that has ended.
/// </summary>
internal sealed class DnsRequest(string host)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression, IOwnsResource
{
    private readonly TaskCompletionSource<IReadOnlyList<IPAddress>> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Host => host;

    public Task<IReadOnlyList<IPAddress>> Answer => _answer.Task;

    public void SetAnswer(DnsResult result)
    {
        if (result is DnsResult.Failed failed)
            _answer.TrySetException(failed.ToException(host));
        else
            _answer.TrySetResult(((DnsResult.Found)result).Addresses);
    }

    public void Release() => SetAnswer(DnsResolverActor.HasStopped);
}

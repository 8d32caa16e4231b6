using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Dns;

/// <summary>
/// A resolver: owns its cache, merges look-ups of one name, and lets its source do them on the pool. Askers are its
/// facade and whoever speaks <see cref="DnsProtocol"/>. When it stops, whoever still waits is told so.
/// </summary>
[SuppressMessage(
    "Design", "CA1001",
    Justification = "A source without a timer holds nothing that needs disposal, and look-ups may outlive the actor.")]
internal sealed class DnsResolverActor : UntypedActor
{
    private readonly DnsResolverSpec _spec;
    private readonly IDnsSource _source;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, Lookup> _byName = [];
    private readonly HashSet<Lookup> _underWay = [];

    private DnsResolverActor(DnsResolverSpec spec)
    {
        _spec = spec;
        _source = spec.Source(spec, Context.System);
    }

    public static DnsResult.Failed HasStopped { get; } = new(DnsFailure.Stopped, "the resolver has stopped");

    public static Props Create(DnsResolverSpec spec) =>
        Props.CreateBy(new Producer(spec)).WithDeploy(Deploy.Local);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DnsRequest request:
                OnAsked(request.Host, new Asker(request.Host, null, request));
                break;
            case DnsProtocol.Resolve { Host: { } host }:
                OnAsked(host, new Asker(host, Sender, null));
                break;
            case LookedUp done:
                OnLookedUp(done.Lookup, done.Result);
                break;
            case DnsProtocol.GetStatistics:
                Sender.Tell(_spec.Counters.Snapshot(_spec.Cache.Count), Self);
                break;
            case DnsProtocol.Clear:
                OnClear();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        _end.Cancel();
        foreach (var lookup in _underWay)
            Answer(lookup, HasStopped, TimeSpan.Zero);
    }

    private void OnAsked(string host, Asker asker)
    {
        if (_spec.Ready.TryAnswer(host, out var name, out var result, out var left))
        {
            asker.Answer(result, left, Self);
        }
        else if (_byName.TryGetValue(name.Name, out var lookup))
        {
            _spec.Counters.Merged();
            lookup.Askers.Add(asker);
        }
        else if (_underWay.Count >= _spec.Settings.MaxLookups)
        {
            _spec.Counters.Failed(DnsFailure.LimitExceeded);
            asker.Answer(TooMany(), TimeSpan.Zero, Self);
        }
        else
        {
            Begin(name, asker);
        }
    }

    private DnsResult.Failed TooMany() => new(
        DnsFailure.LimitExceeded,
        $"{_underWay.Count} look-ups are under way, which is the limit (aleph.dns.max-lookups)");

    private void Begin(HostName name, Asker asker)
    {
        _spec.Counters.Miss();
        var lookup = new Lookup(name);
        lookup.Askers.Add(asker);
        _byName.Add(name.Name, lookup);
        _underWay.Add(lookup);
        Task.Run(() => LookUpAsync(lookup, _end.Token)).PipeTo(Self);
    }

    private async Task<LookedUp> LookUpAsync(Lookup lookup, CancellationToken end)
    {
        var timeout = _spec.Settings.ResolveTimeout;
        using var timer = new CancellationTokenSource(timeout, _spec.Settings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, end);
        try
        {
            var result = await _source.LookUpAsync(lookup.Name, either.Token).ConfigureAwait(false);
            return new LookedUp(lookup, result);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return new LookedUp(lookup, end.IsCancellationRequested ? HasStopped : new DnsResult.Failed(
                DnsFailure.Timeout, $"no result within {timeout.TotalSeconds} s (aleph.dns.resolve-timeout)"));
        }
        catch (Exception e)
        {
            // A fault of ours must not leave askers without an answer.
            _log.Error(e, "The look-up of {0} failed unexpectedly", lookup.Name.Name);
            return new LookedUp(lookup, new DnsResult.Failed(DnsFailure.ServerFailure, e.Message));
        }
    }

    private void OnLookedUp(Lookup lookup, DnsResult result)
    {
        var cachedFor = TimeSpan.Zero;
        // Else it was begun before the cache was cleared.
        if (_byName.TryGetValue(lookup.Name.Name, out var current) && current == lookup)
        {
            _byName.Remove(lookup.Name.Name);
            cachedFor = _spec.Cache.Add(lookup.Name.Name, result);
        }

        _underWay.Remove(lookup);
        var failure = (result as DnsResult.Failed)?.Kind;
        if (failure is { } kind)
            _spec.Counters.Failed(kind);
        DnsCounters.LookedUp(lookup.Name.Name, Stopwatch.GetElapsedTime(lookup.Begun), failure);
        Answer(lookup, result, cachedFor);
    }

    private void Answer(Lookup lookup, DnsResult result, TimeSpan cachedFor)
    {
        foreach (var asker in lookup.Askers)
            asker.Answer(result, cachedFor, Self);
    }

    private void OnClear()
    {
        _spec.Cache.Clear();
        _byName.Clear();
        Sender.Tell(DnsProtocol.Cleared.Instance, Self);
    }

    private readonly record struct Asker(string Host, IActorRef? Actor, DnsRequest? Request)
    {
        public void Answer(DnsResult result, TimeSpan cachedFor, IActorRef self)
        {
            Request?.SetAnswer(result);
            Actor?.Tell(result.ToEvent(Host, cachedFor), self);
        }
    }

    private sealed class Lookup(HostName name)
    {
        public HostName Name => name;

        public long Begun { get; } = Stopwatch.GetTimestamp();

        public List<Asker> Askers { get; } = [];
    }

    private sealed record LookedUp(Lookup Lookup, DnsResult Result)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed class Producer(DnsResolverSpec spec) : IIndirectActorProducer
    {
        public Type ActorType => typeof(DnsResolverActor);

        public ActorBase Produce() => new DnsResolverActor(spec);

        public void Release(ActorBase actor)
        {
        }
    }
}

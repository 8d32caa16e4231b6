using System.Net;
using Akka.Actor;
using Aleph.Actors.Dns;
using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

/// <summary>An actor system with a resolver over a scripted source and a clock of the test.</summary>
internal sealed class ResolverHarness : IAsyncDisposable
{
    public ResolverHarness(Func<DnsSettings, DnsSettings>? change = null)
    {
        var settings = DnsSettings.Default with { Time = Time };
        Spec = new DnsResolverSpec(change?.Invoke(settings) ?? settings, (_, _) => Source);
        // With the extension, so that the janitor sees dead letters.
        AlephExtension.Get(System);
        Actor = System.ActorOf(DnsResolverActor.Create(Spec), "dns");
        Resolver = new DnsFacade(Actor, Spec);
    }

    public ActorSystem System { get; } = ActorSystem.Create("dns-test", "akka.loglevel = OFF");

    public FakeTimeProvider Time { get; } = new();

    public ScriptedSource Source { get; } = new();

    public DnsResolverSpec Spec { get; }

    public IActorRef Actor { get; }

    public IDnsResolver Resolver { get; }

    public DnsProtocol.Statistics Statistics => Spec.Counters.Snapshot(Spec.Cache.Count);

    public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host) =>
        Resolver.ResolveAsync(host).Within($"{host} is resolved");

    public async Task<DnsException> FailAsync(string host) =>
        await Assert.ThrowsAsync<DnsException>(() => ResolveAsync(host));

    public Task<T> AskAsync<T>(DnsProtocol.Command command) =>
        Actor.Ask<T>(command, Waiting.Patience).Within($"an answer to {command}");

    public async ValueTask DisposeAsync() => await System.Terminate().Within("the actor system ended");
}

using System.Collections.Concurrent;
using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Tests.Support;

namespace Aleph.Actors.Tests.Connections;

/// <summary>Makes connections of scripted protocols over one kind of wire.</summary>
public abstract class ConnectionHarness : PatientTestKit
{
    // A peer that nobody holds is collected, and its socket closed, in the middle of a test.
    private readonly ConcurrentBag<IWirePeer> _peers = [];
    private long _ids;

    private protected ConnectionHarness(IWire wire, string config = "")
        : base("akka.loglevel = DEBUG\n" + config)
    {
        Wire = wire;
        IoDispatcher.Install(Sys);
        wire.Use(Sys);
    }

    private protected IWire Wire { get; }

    private protected TimeProvider Time { get; init; } = TimeProvider.System;

    private protected async Task<(IActorRef Actor, IWirePeer Peer)> ConnectAsync(
        IConnectionProtocol protocol, ConnectionSettings? settings = null,
        Func<ConnectionSpec, ConnectionSpec>? change = null)
    {
        settings ??= ConnectionSettings.Default;
        var (transport, peer) = await Wire.ConnectAsync(settings, Time);
        _peers.Add(peer);
        var spec = new ConnectionSpec(_ => protocol, settings, Time);
        var actor = Sys.ActorOf(ConnectionActor.Create(change is null ? spec : change(spec)));
        actor.Tell(new ConnectionMessages.Adopt(Interlocked.Increment(ref _ids), transport));
        return (actor, peer);
    }

    private protected static void OnTurn(IActorRef actor, Action<IConnection> act) => actor.Tell(new OnTurn(act));
}
